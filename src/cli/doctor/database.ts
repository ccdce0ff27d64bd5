import { StartError } from '../../errors/index.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { inspectDatabase, type Inspection, migrationNames } from '../../store/index.ts'
import { sqlitePathOf } from '../database.ts'
import { statOf } from './files.ts'
import { fault, type CheckResult, note, ok, type Step, unchecked, warning } from './check-result.ts'
import type { Examined, Installation } from './machine.ts'

const refusedRemedy = 'The service does not start until this is fixed.'
const fileRemedy =
  'The service does not start until this is fixed. Run this command as the user of the service and in its folder. If ' +
  'the file is damaged, restore a backup.'
const recovery = 'Instances that are running recover by themselves when the database responds.'
const serverRemedy =
  'Check that the server is running, and that this machine may reach it. Until it responds, users cannot sign in. ' +
  recovery

const ifRunning = 'If it is running already, it uses another database: check DATABASE_URL.'

const connectionsRemedy =
  'Set DATABASE_POOL_SIZE so that the sum of all instances is lower, or raise max_connections of the server. This ' +
  'does not apply if a connection pooler is in between.'

export async function openDatabase(installation: Installation | undefined): Promise<Step<Examined>> {
  if (installation === undefined) return { results: [unchecked('Skipped: the settings are invalid.')] }
  const { databaseUrl } = installation.config
  if (databaseUrl === ':memory:') {
    return {
      results: [
        warning(
          'DATABASE_URL is :memory:, so all data is lost when the service stops.',
          'Unset DATABASE_URL to use a file.',
        ),
      ],
    }
  }
  const path = sqlitePathOf(databaseUrl)
  try {
    if (path !== undefined && (await statOf(path)) === undefined) {
      return {
        results: [
          note(
            `There is no database at ${path} yet.`,
            'The service creates it at the first start. If it has been started, run this command in its folder and ' +
              'with its settings.',
          ),
        ],
      }
    }
    const database = await openInTime(installation.timeouts.database, databaseUrl)
    return {
      results: [ok(path === undefined ? 'PostgreSQL responds.' : 'The SQLite database is readable.')],
      context: { ...installation, database },
    }
  } catch (error) {
    const faults =
      error instanceof StartError
        ? error.faults
        : [`Cannot read the database: ${error instanceof Error ? error.message : error}`]
    return { results: faults.map((message) => fault(message, path === undefined ? remedyFor(error) : fileRemedy)) }
  }
}

/** The message of a StartError contains the remedy for PostgreSQL. It has a cause if there was no connection. */
function remedyFor(error: unknown): string {
  if (!(error instanceof StartError)) return serverRemedy
  return error.cause === undefined ? refusedRemedy : `${refusedRemedy} ${recovery}`
}

/** @throws {Error} when the time is up; a database that is opened later is closed */
async function openInTime(milliseconds: number, url: string): Promise<Inspection> {
  const opening = inspectDatabase(url)
  try {
    return await withTimeout(milliseconds, opening)
  } catch (error) {
    opening.then(({ close }) => close()).catch(() => {})
    throw error
  }
}

/** Compares the pool of an instance with the limits of PostgreSQL. */
export async function checkConnections({ database, config: { databasePoolSize } }: Examined): Promise<CheckResult[]> {
  const max = await database.maxConnections()
  if (max === undefined) return []
  const message = `Each instance uses at most ${databasePoolSize} connections. PostgreSQL allows ${max} in total`
  const instances = Math.floor(max / databasePoolSize)
  if (instances === 0) return [warning(`${message}.`, connectionsRemedy)]
  return [ok(`${message}, enough for ${instances === 1 ? 'one instance' : `${instances} instances`}.`)]
}

export async function readMigrations(context: Examined | undefined): Promise<Step<Examined>> {
  if (context === undefined) return { results: [unchecked('Skipped: the database cannot be read.')] }
  const { pending, unknown } = context.database.migrations
  if (unknown.length > 0) {
    return {
      results: [
        fault(
          `The database was migrated by a newer version of Latchkey: ${unknown.join(', ')}.`,
          'Install that version or a later one, or restore a backup made before the migration.',
        ),
      ],
    }
  }
  if (pending.length > 0) {
    const migrationFault = await context.database.migrationFault()
    return {
      results: [
        ...(migrationFault === undefined ? [] : [fault(migrationFault, refusedRemedy)]),
        pending.length === migrationNames.length
          ? note(
              'The database has no tables of Latchkey yet.',
              `The service creates its tables at the first start. ${ifRunning}`,
            )
          : warning(
              `The database has pending migrations: ${pending.join(', ')}.`,
              'Make a backup, then replace the previous version as described in docs/operations/upgrade.md. This ' +
                `version migrates the database when it starts. ${ifRunning}`,
            ),
      ],
    }
  }
  return { results: [ok('The database is up to date.')], context }
}
