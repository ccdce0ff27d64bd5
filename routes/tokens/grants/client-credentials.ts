import { invalidClient } from '../../../src/tokens/index.ts'
import { defineGrant } from './grant.ts'

/** A token for a client itself (RFC 6749 4.4). */
export const clientCredentialsGrant = defineGrant({
  grantType: 'client_credentials',
  parameters: {},
  handler: async ({ tokens }, { client, scope }) => {
    if (client.type === 'public') throw invalidClient()
    return tokens.tokenIssuer.issueToClient(client, scope)
  },
})
