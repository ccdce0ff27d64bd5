import { existsSync } from 'node:fs'
import { type Audit, createAudit } from '../audit/index.ts'
import { type Config, createConfig, settingsFromEnvironment } from '../config/index.ts'
import { StartError } from '../errors/index.ts'
import { openStore, type Store } from '../store/index.ts'

/** What a command works with: the settings of the service, and its database beside it. */
export interface Place {
  config: Config
  store: Store
  audit: Audit
}

/** Does a command's work there, and explains what went wrong. */
export type AtDatabase = (work: (place: Place) => Promise<void>) => Promise<void>

/** The same for work that must not open the database as the service does, or there is none yet. */
export type WithConfig = (work: (config: Config) => Promise<void>) => Promise<void>

/**
 * Lets a command work on the database of the service, which may be running.
 * @throws {StartError} when there is none
 */
export async function atDatabase(environment: NodeJS.ProcessEnv, work: (place: Place) => Promise<void>) {
  const config = configOf(environment)
  demandDatabase(config.databaseUrl)
  await openPlace(config, config.databaseUrl, work)
}

/** Opens a database as the service does, and closes it at the end of the work. */
export async function openPlace<T>(config: Config, url: string, work: (place: Place) => Promise<T>): Promise<T> {
  const store = await openStore(url)
  try {
    const audit = createAudit({ store, now: config.now, keepDays: config.eventsKeepDays })
    return await work({ config, store, audit })
  } finally {
    await store.close()
  }
}

/** @throws {StartError} when a setting is wrong, or no other program can reach the database */
export function configOf(environment: NodeJS.ProcessEnv): Config {
  const settings = settingsFromEnvironment(environment)
  const config = createConfig(settings, { name: 'latchkey', prefix: settings.prefix, now: Date.now })
  if (config.databaseUrl === ':memory:') {
    throw new StartError(['DATABASE_URL is :memory:, which no other program can reach.'])
  }
  return config
}

/** @throws {StartError} when it is a file that is not there */
export function demandDatabase(url: string) {
  if (!isMissing(url)) return
  throw new StartError([
    `There is no database at ${url.slice('file:'.length)}. Start the service once, or run this in its folder or with its settings (DATA_DIR, DATABASE_URL).`,
  ])
}

/** Whether it is a file that is not there. */
export function isMissing(url: string): boolean {
  return url.startsWith('file:') && !existsSync(url.slice('file:'.length))
}
