import type { PublicClient } from '../authorization/index.ts'

/** The operator's own apps, which are a client without a secret (RFC 6749 2.1). */
export const firstPartyClient: PublicClient = {
  type: 'public',
  id: 'latchkey',
  grant_types: ['password', 'refresh_token'],
}
