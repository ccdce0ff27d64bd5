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
      `${file} holds ${from} as it was at ${takenAt} (${digitsOf(Math.ceil(size / 1024))} KiB), and is in order.`,
      `It is of use together with ${nameOfMasterKey(config)}, which is not in it: keep that in another place.`,
    ].join('\n'),
    { file, bytes: size, taken_at: takenAt },
    options,
  )
}

/** Writes the backup into the audit log, unless a service of an older version may be using the database. */
async function recordBackup(context: CommandContext, config: Config) {
  if ((await pendingMigrations(config.databaseUrl)).length > 0) return
  await usingDatabase(config, config.databaseUrl, ({ audit }) =>
    audit.report({ event: 'backup_made', origin: fromCommand }),
  ).catch((error: unknown) =>
    context.say(`It could not be written into the audit log: ${error instanceof Error ? error.message : error}`),
  )
}
