import { createAccounts, createCreateUser, createPrepareUser } from '../accounts/index.ts'
import { createAdministration } from '../administration/index.ts'
import { createFactors, createTotpSecrets, type TotpSecrets } from '../factors/index.ts'
import { createKeys, noJwt, openMasterKey } from '../keys/index.ts'
import { createMailService, loadMailTemplates } from '../mail/index.ts'
import { createOneTimeTokens } from '../one-time-tokens/index.ts'
import { createPasswords } from '../passwords/index.ts'
import { createThrottling } from '../throttling/index.ts'
import { createTokens } from '../tokens/index.ts'
import type { OpenDatabase } from './database.ts'

export type Services = Awaited<ReturnType<typeof createServices>>

/**
 * Creates the same services as src/app.ts for commands. E-mails stay in the outbox until the service sends them.
 * @throws {StartError} when the secrets do not match the database
 */
export async function createServices(database: OpenDatabase) {
  // The command may run with other settings than the service, so it must not adapt the database to them.
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
  const factors = createFactors({ ...database, keys, tokens, throttling, oneTimeTokens })
  const accounts = createAccounts({ ...database, mail, tokens, passwords, throttling, oneTimeTokens, factors })
  const rooms = { keys, mail, tokens, passwords, throttling, oneTimeTokens, factors, accounts }
  return { ...rooms, administration: createAdministration({ ...database, ...rooms }) }
}

/** Creates users. Unlike the other services, this needs no key, so it works before the first start of the service. */
export async function createUserCreation({ config, store, audit }: OpenDatabase) {
  const passwords = await createPasswords({ config })
  const prepareUser = createPrepareUser({ store, passwords, usernames: config.usernames, now: config.now })
  return { rules: passwords.rules, createUser: createCreateUser({ store, prepareUser, audit }) }
}

/** Moves the secrets of authenticator apps. @throws {StartError} when the master key does not match the database */
export async function openTotpSecrets({ config, store }: OpenDatabase): Promise<TotpSecrets> {
  return createTotpSecrets({ masterKey: await openMasterKey({ config, store }), now: config.now })
}
