import type { PublicClient } from '../authorization/index.ts'

/** The client of the operator's own apps. It has no secret (RFC 6749 2.1). */
export const firstPartyClient: PublicClient = {
  type: 'public',
  id: 'latchkey',
  grant_types: ['password', 'urn:latchkey:grant-type:mfa', 'urn:latchkey:grant-type:passkey', 'refresh_token'],
}
