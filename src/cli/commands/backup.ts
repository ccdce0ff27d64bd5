import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { fromCommand } from '../../audit/index.ts'
import type { Config } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { backUpSqlite, pendingMigrations } from '../../store/index.ts'
import { demandDatabase, openPlace, type WithConfig } from '../database.ts'
import { listenForInterrupts } from '../interrupts.ts'
import { digitsOf, type OutputOptions, print, say } from '../output.ts'
import { createProgressBar } from '../progress.ts'

/** `latchkey backup` */
export function addBackupCommand(program: Command, withConfig: WithConfig) {
  program
    .command('backup')
    .description('copy the SQLite database, while the service runs, into a new file')
    .argument('<file>', 'a file that there is not yet; for its owner alone')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'The file holds everything as it is at one moment, and has been looked through when the command ends well.',
        'It is as secret as the database: who has it can try passwords against the hashes in it.',
        '',
        'MASTER_KEY, or the file master.key in DATA_DIR, is not in it: beside the key the encryption in the database',
        'would be worth nothing. Keep the key too, once, in another place, as you keep passwords.',
        '',
        'PostgreSQL has its own ways (pg_dump, point-in-time recovery); after a recovery run: latchkey restored',
        '',
        'Examples:',
        '  latchkey backup /backups/latchkey-$(date +%F).db',
        '  latchkey backup nightly.db && gpg --encrypt --recipient you@example.com nightly.db && rm nightly.db',
      ].join('\n'),
    )
    .action((file: string, options: OutputOptions) => withConfig((config) => backUp(file, options, config)))
}

async function backUp(file: string, options: OutputOptions, config: Config) {
  demandDatabase(config.databaseUrl)
  const path = sqlitePathOf(config, 'Make the backup with pg_dump.')
  const takenAt = new Date(config.now()).toISOString()
  await withProgress((watch) => backUpSqlite({ from: path, to: file, ...watch }))
  await recordBackup(config)
  const { size } = await stat(file)
  print(
    [
      `${file} holds ${path} as it was at ${takenAt} (${digitsOf(Math.ceil(size / 1024))} KiB), and is in order.`,
      `It is of use together with ${nameOfMasterKey(config)}, which is not in it: keep that in another place.`,
    ].join('\n'),
    { file, bytes: size, taken_at: takenAt },
    options,
  )
}

/** In the audit log, where there is one: the service of an older version may be using the database. */
async function recordBackup(config: Config) {
  if ((await pendingMigrations(config.databaseUrl)).length > 0) return
  await openPlace(config, config.databaseUrl, ({ audit }) =>
    audit.report({ event: 'backup_made', origin: fromCommand }),
  ).catch((error: unknown) =>
    say(`It could not be written into the audit log: ${error instanceof Error ? error.message : error}`),
  )
}

/** @throws {StartError} when the database is not a file; @param remedy what to do then */
export function sqlitePathOf({ databaseUrl }: Config, remedy: string): string {
  if (databaseUrl.startsWith('file:')) return databaseUrl.slice('file:'.length)
  throw new StartError([
    `The database is a PostgreSQL, which this command is not for. ${remedy} After a recovery (pg_restore, point in time) run: latchkey restored`,
  ])
}

export function nameOfMasterKey({ masterKey, dataDir }: Config): string {
  return masterKey === undefined ? join(dataDir, 'master.key') : 'MASTER_KEY'
}

interface Watch {
  onProgress: (progress: { read: number; size: number }) => void
  signal: AbortSignal
}

/** Shows how far it is, and lets it come to a good end when it is interrupted. */
export async function withProgress<T>(work: (watch: Watch) => Promise<T>): Promise<T> {
  const { signal, release } = listenForInterrupts()
  const bar = createProgressBar(process.stderr)
  try {
    return await work({ signal, onProgress: bar.show })
  } finally {
    release()
    bar.clear()
  }
}
