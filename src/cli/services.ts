import { createAccounts } from '../accounts/index.ts'
import { createAdministration } from '../administration/index.ts'
import { createKeys, fastJwt } from '../keys/index.ts'
import { createMailService } from '../mail/index.ts'
import { createOneTimeTokens } from '../one-time-tokens/index.ts'
import { createPasswords } from '../passwords/index.ts'
import { createThrottling } from '../throttling/index.ts'
import { createTokens } from '../tokens/index.ts'
import { createUserListing } from '../users/index.ts'
import type { Place } from './database.ts'

/**
 * The services of src/app.ts, for commands. Messages wait in the outbox until the service sends them.
 * @throws {StartError} when the settings are not those of the service
 */
export async function openServices(place: Place) {
  // The settings are perhaps not those of the service: nothing is brought in line with them.
  const keys = await createKeys({ ...place, jwt: fastJwt, mayChange: false })
  const mail = createMailService({ ...place, masterKey: keys.masterKey, send: async () => {}, onFailure: () => {} })
  const tokens = createTokens({ ...place, keys, mail })
  const passwords = await createPasswords(place)
  const throttling = createThrottling({ ...place, keys, mail, passwords })
  const oneTimeTokens = createOneTimeTokens({ ...place, keys, mail })
  const accounts = createAccounts({ ...place, mail, tokens, passwords, throttling, oneTimeTokens })
  const rooms = { keys, mail, tokens, passwords, throttling, oneTimeTokens, accounts }
  return { ...rooms, administration: createAdministration({ ...place, ...rooms }) }
}

/** Looks only: it needs no secret. */
export function openListing({ config: { accountFailures, now }, store }: Place) {
  return createUserListing({ store, accountFailures, now })
}
