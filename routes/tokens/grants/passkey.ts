import { credential, parseCredential } from './credential.ts'
import { deviceToken } from './device-token.ts'
import { defineGrant } from './grant.ts'

/** A passkey alone, without a username. */
export const passkeyGrant = defineGrant({
  grantType: 'urn:latchkey:grant-type:passkey',
  parameters: { credential, device_token: deviceToken },
  handler: ({ accounts }, { parameters: { credential, device_token: deviceToken }, scope, origin }) =>
    accounts.signInWithPasskey({ credential: parseCredential(credential), deviceToken }, scope, origin),
})
