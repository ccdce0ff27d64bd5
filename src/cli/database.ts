import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Audit, createAudit } from '../audit/index.ts'
import { commandTiming, type Config, createConfig, type Settings, settingsFromEnvironment } from '../config/index.ts'
import { StartError } from '../errors/index.ts'
import { openStore, pendingMigrations, type Store } from '../store/index.ts'
import type { CommandContext } from './context.ts'
import { explainErrors } from './explain-errors.ts'

/** The database of the service, with its settings. */
export interface OpenDatabase {
  config: Config
  store: Store
  audit: Audit
}

/** Runs a command with the database of the service, which must exist. The service may be running. */
export function withDatabase(context: CommandContext, work: (database: OpenDatabase) => Promise<void>) {
  return withConfig(context, async (config) => {
    demandDatabase(config.databaseUrl)
    await demandMigrated(config.databaseUrl)
    return usingDatabase(config, config.databaseUrl, work)
  })
}

/** Runs a command with the settings of the service, without opening the database. */
export function withConfig(context: CommandContext, work: (config: Config) => Promise<void>) {
  return explainErrors(context, () => work(readConfig(context)))
}

/** Opens a database as the service does, and closes it after the work. */
export async function usingDatabase<T>(
  config: Config,
  url: string,
  work: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const store = await openStore(url, commandTiming)
  try {
    const audit = createAudit({ store, now: config.now, keepDays: config.eventsKeepDays })
    return await work({ config, store, audit })
  } finally {
    await store.close()
  }
}

/**
 * Opening a database migrates it, which can break an instance of the previous version that is still running.
 * @throws {StartError} when migrations are pending
 */
async function demandMigrated(url: string) {
  const pending = await pendingMigrations(url)
  if (pending.length === 0) return
  throw new StartError([
    `The database has pending migrations: ${pending.join(', ')}. Make a backup. ` +
      'Then start this version, or run: latchkey migrate',
  ])
}

/** @throws {StartError} when a setting is invalid, or the database is in memory */
function readConfig(context: CommandContext): Config {
  const settings = readSettings(context.readEnvironment(), context)
  const config = createConfig(settings, { name: 'latchkey', prefix: settings.prefix, now: Date.now })
  if (config.databaseUrl === ':memory:') {
    throw new StartError([
      'DATABASE_URL is :memory:, which only the service itself can access. Use a file or PostgreSQL.',
    ])
  }
  return config
}

/**
 * Reads the settings from environment variables, and resolves relative paths.
 * @throws {StartError} naming every invalid setting
 */
export function readSettings(environment: NodeJS.ProcessEnv, { resolve }: Pick<CommandContext, 'resolve'>): Settings {
  const settings = settingsFromEnvironment(environment)
  const { dataDir, databaseUrl, mailTemplates, tlsCert, tlsKey } = settings
  return {
    ...settings,
    dataDir: resolve(dataDir),
    ...(databaseUrl === undefined ? {} : { databaseUrl: resolveUrl(databaseUrl, resolve) }),
    ...(mailTemplates === undefined ? {} : { mailTemplates: resolve(mailTemplates) }),
    ...(tlsCert === undefined ? {} : { tlsCert: resolve(tlsCert) }),
    ...(tlsKey === undefined ? {} : { tlsKey: resolve(tlsKey) }),
  }
}

function resolveUrl(url: string, resolve: (path: string) => string) {
  const path = sqlitePathOf(url)
  return path === undefined ? url : `file:${resolve(path)}`
}

/** @throws {StartError} when the database is a file that does not exist */
export function demandDatabase(url: string) {
  const path = sqlitePathOf(url)
  if (path === undefined || existsSync(path)) return
  throw new StartError([
    `There is no database at ${path}. Start the service once to create it, or run this command in the ` +
      'folder of the service or with its settings (DATA_DIR, DATABASE_URL).',
  ])
}

/** @returns undefined for PostgreSQL and `:memory:` */
export function sqlitePathOf(url: string): string | undefined {
  return url.startsWith('file:') ? url.slice('file:'.length) : undefined
}

/** @param remedy what to do with PostgreSQL instead @throws {StartError} when the database is not an SQLite file */
export function demandSqlitePath({ databaseUrl }: Config, remedy: string): string {
  const path = sqlitePathOf(databaseUrl)
  if (path !== undefined) return path
  throw new StartError([
    `This command is for SQLite, and the database is PostgreSQL. ${remedy} ` +
      'After a recovery (pg_restore or point-in-time), run: latchkey restored',
  ])
}

/** The setting or the file of the master key, for messages. */
export function nameOfMasterKey({ masterKey, dataDir }: Config): string {
  return masterKey === undefined ? join(dataDir, 'master.key') : 'MASTER_KEY'
}
