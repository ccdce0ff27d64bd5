import { StartError } from '../../errors/index.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { inspectDatabase } from '../../store/index.ts'
import { sqlitePathOf } from '../database.ts'
import { statOf } from './files.ts'
import { fault, note, ok, type Step, unchecked, warning } from './finding.ts'
import type { Examined, Installation } from './machine.ts'

const refusedRemedy = 'The service does not start with it.'
const fileRemedy =
  'The service does not start with it. Run this as its user, in its folder; what is damaged is restored from a ' +
  'backup.'
const serverRemedy =
  'Does the server run, and does it take the user and the password in DATABASE_URL from this machine? Until it ' +
  'does, nobody can sign in.'

export async function openDatabase(installation: Installation | undefined): Promise<Step<Examined>> {
  if (installation === undefined) return { findings: [unchecked('It needs settings that can be.')] }
  const { databaseUrl } = installation.config
  if (databaseUrl === ':memory:') {
    return {
      findings: [
        warning(
          'DATABASE_URL is :memory:, so that every account is gone when the service ends.',
          'Leave DATABASE_URL out, and it is a file.',
        ),
      ],
    }
  }
  const path = sqlitePathOf(databaseUrl)
  try {
    if (path !== undefined && (await statOf(path)) === undefined) {
      return {
        findings: [
          note(
            `There is none at ${path} yet.`,
            'It is made at the first start. If the service has been started: run this in its folder, with its ' +
              'settings.',
          ),
        ],
      }
    }
    const database = await withTimeout(installation.timeouts.database, inspectDatabase(databaseUrl))
    return {
      findings: [ok(path === undefined ? 'PostgreSQL: it answers.' : 'SQLite: it can be read.')],
      context: { ...installation, database },
    }
  } catch (error) {
    const faults =
      error instanceof StartError
        ? error.faults
        : [`The database cannot be read: ${error instanceof Error ? error.message : error}`]
    // The server has answered, and the message says what to do.
    const isRefused = error instanceof StartError && error.cause === undefined
    const remedy = isRefused ? refusedRemedy : path === undefined ? serverRemedy : fileRemedy
    return { findings: faults.map((message) => fault(message, remedy)) }
  }
}

export function readMigrations(context: Examined | undefined): Step<Examined> {
  if (context === undefined) return { findings: [unchecked('It needs the database.')] }
  const { pending, unknown } = context.database.migrations
  if (unknown.length > 0) {
    return {
      findings: [
        fault(
          `A newer Latchkey has used the database (it has ${unknown.join(', ')}).`,
          'Install that version or a later one, or restore a backup from before.',
        ),
      ],
    }
  }
  if (pending.length > 0) {
    return {
      findings: [
        warning(
          `The database has not had ${pending.join(', ')} yet.`,
          'Stop every instance of the previous version and make a backup, then start the service of this version: it ' +
            'brings the database up to date. If it has been started: it uses another database, see DATABASE_URL.',
        ),
      ],
    }
  }
  return { findings: [ok('The database is up to date.')], context }
}
