import { stat } from 'node:fs/promises'
import { fromCommand } from '../../audit/index.ts'
import type { Config } from '../../config/index.ts'
import { backUpSqlite, pendingMigrations } from '../../store/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { demandDatabase, demandSqlitePath, nameOfMasterKey, usingDatabase, withConfig } from '../database.ts'
import { digitsOf, type OutputOptions } from '../output.ts'
import { withProgress } from '../with-progress.ts'

/** `latchkey backup` */
export const defineBackup: DefineCommand = (command, context) => {
  command
    .argument('<file>', 'New file that only you can read')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'The service may keep running. The backup is a consistent copy of the database,',
        'verified before the command ends. Keep it secret: an attacker with the file can',
        'try passwords against its hashes.',
        '',
        'The backup does not contain the master key (MASTER_KEY, or master.key in',
        'DATA_DIR), which decrypts the signing keys, secrets of authenticator apps and',
        'e-mails in it. Keep a copy of that key in another place, as safe as a password.',
        '',
        'For PostgreSQL, use pg_dump or point-in-time recovery. After a recovery, run:',
        'latchkey restored',
        '',
        'Examples:',
        '  latchkey backup /backups/latchkey-$(date +%F).db',
        '  latchkey backup nightly.db && gpg --encrypt --recipient you@example.com nightly.db && rm nightly.db',
      ].join('\n'),
    )
    .action((file: string, options: OutputOptions) =>
      withConfig(context, (config) => backUp(context, config, file, options)),
    )
}

async function backUp(context: CommandContext, config: Config, file: string, options: OutputOptions) {
  demandDatabase(config.databaseUrl)
  const from = demandSqlitePath(config, 'Make the backup with pg_dump.')
  const to = context.resolve(file)
  const takenAt = new Date(config.now()).toISOString()
  await withProgress(context, (watch) => backUpSqlite({ from, to, ...watch }))
  await recordBackup(context, config)
  const { size } = await stat(to)
  await context.print(
    [
      `Backed up ${from} to ${file} (${digitsOf(Math.ceil(size / 1024))} KiB), as of ${takenAt}. The copy is intact.`,
      `A restore also needs ${nameOfMasterKey(config)}, which is not in the backup. Keep a copy in another place.`,
    ].join('\n'),
    { file, bytes: size, taken_at: takenAt },
    options,
  )
}

/** Records the backup in the audit log, unless a service of an older version may be using the database. */
async function recordBackup(context: CommandContext, config: Config) {
  if ((await pendingMigrations(config.databaseUrl)).length > 0) return
  await usingDatabase(config, config.databaseUrl, ({ audit }) =>
    audit.report({ event: 'backup_made', origin: fromCommand }),
  ).catch((error: unknown) =>
    context.say(`The backup could not be recorded in the audit log: ${error instanceof Error ? error.message : error}`),
  )
}
