import { digitsOf } from './output.ts'

/** Says what a new master key costs users. */
export function describeUnreadable(users: number): string {
  return (
    `Users with an authenticator app or recovery codes: ${digitsOf(users)}. With the new MASTER_KEY, their codes can ` +
    'no longer be verified. Passkeys still work.'
  )
}

/** What to do for these users. */
export const remedyForUnreadable =
  'Once you know who is asking, remove the second factors of users who cannot sign in: ' +
  'latchkey users reset-factors USER'
