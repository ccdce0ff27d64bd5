import { invalidClient } from '../../../src/tokens/index.ts'
import { defineGrant } from './grant.ts'

/** Client credentials (RFC 6749 4.4), for a client's own token. */
export const clientCredentialsGrant = defineGrant({
  grantType: 'client_credentials',
  parameters: {},
  handler: async ({ tokens }, { client, scope }) => {
    if (client.type === 'public') throw invalidClient()
    return tokens.tokenIssuer.issueToClient(client, scope)
  },
})
