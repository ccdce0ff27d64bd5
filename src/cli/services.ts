import { createAccounts, createCreateUser, createPrepareUser } from '../accounts/index.ts'
import { createAdministration } from '../administration/index.ts'
import { createKeys, noJwt } from '../keys/index.ts'
import { createMailService, loadMailTemplates } from '../mail/index.ts'
import { createOneTimeTokens } from '../one-time-tokens/index.ts'
import { createPasswords } from '../passwords/index.ts'
import { createThrottling } from '../throttling/index.ts'
import { createTokens } from '../tokens/index.ts'
import type { OpenDatabase } from './database.ts'

export type Services = Awaited<ReturnType<typeof createServices>>

/**
 * The services of src/app.ts, for commands. Messages wait in the outbox until the service sends them.
 * @throws {StartError} when the settings are not those of the service
 */
export async function createServices(database: OpenDatabase) {
  // The settings may differ from those of the service, so the database is not adapted to them.
  const keys = await createKeys({ ...database, jwt: noJwt, mayChange: false })
  const mail = createMailService({
    ...database,
    masterKey: keys.masterKey,
    templates: loadMailTemplates(database.config.mailTemplates),
    send: async () => {},
    onFailure: () => {},
    onTemplateFailure: () => {},
  })
  const tokens = createTokens({ ...database, keys, mail })
  const passwords = await createPasswords(database)
  const throttling = createThrottling({ ...database, keys, mail, passwords, tokens })
  const oneTimeTokens = createOneTimeTokens({ ...database, keys, mail })
  const accounts = createAccounts({ ...database, mail, tokens, passwords, throttling, oneTimeTokens })
  const rooms = { keys, mail, tokens, passwords, throttling, oneTimeTokens, accounts }
  return { ...rooms, administration: createAdministration({ ...database, ...rooms }) }
}

/** Creates users. This needs no key, unlike the other services, so it works before the service is first started. */
export async function createUserCreation({ config, store, audit }: OpenDatabase) {
  const passwords = await createPasswords({ config })
  const prepareUser = createPrepareUser({ store, passwords, usernames: config.usernames, now: config.now })
  return { rules: passwords.rules, createUser: createCreateUser({ store, prepareUser, audit }) }
}
