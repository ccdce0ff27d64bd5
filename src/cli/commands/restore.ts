import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Option } from 'commander'
import { fromCommand } from '../../audit/index.ts'
import { type Config, createDataFolder } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { countUsersOfCodes } from '../../factors/index.ts'
import { hasKeyOf, resetKeys, revokeAfterRestore, type RevokedCounts } from '../../keys/index.ts'
import { copySqlite, draftBeside, holdSqlite, removeSqlite } from '../../store/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { demandSqlitePath, nameOfMasterKey, usingDatabase, withConfig } from '../database.ts'
import type { OutputOptions } from '../output.ts'
import { describeUnreadable, remedyForUnreadable } from '../unreadable-factors.ts'
import { withProgress } from '../with-progress.ts'
import { describeEnded, whatComesBack } from './restored.ts'

interface Options extends OutputOptions {
  keep?: boolean
  resetKeys?: boolean
}

/** `latchkey restore` */
export const defineRestore: DefineCommand = (command, context) => {
  command
    .argument('<file>', 'Backup made by "latchkey backup" (it is not changed)')
    .addOption(new Option('--keep', 'Keep the sessions, links, devices and keys of the backup').conflicts('resetKeys'))
    .option('--reset-keys', 'Use the current MASTER_KEY, if the key of the backup is lost')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Stop the service first. The current database is kept under another name. An',
        'older backup is migrated to this version. If the backup is damaged, from a newer',
        'version or made with another MASTER_KEY, nothing is changed.',
        '',
        'Sessions, links and keys that were revoked after the backup would become valid',
        'again. Therefore the restore ends all sessions and revokes all links and keys,',
        'and users sign in again. Use --keep only for a backup made a moment ago.',
        '',
        ...whatComesBack,
        '',
        'docs/operations/backup-and-restore.md says how to rehearse it in another folder.',
        '',
        'Example:',
        '  latchkey restore /backups/latchkey-2026-11-25.db',
      ].join('\n'),
    )
    .action((file: string, options: Options) =>
      withConfig(context, (config) => restore(context, config, file, options)),
    )
}

async function restore(context: CommandContext, config: Config, file: string, options: Options) {
  const path = demandSqlitePath(config, 'Restore it with pg_restore.')
  const backup = context.resolve(file)
  demandOther(backup, path)
  await createDataFolder(dirname(path))
  const held = await holdSqlite(path)
  const draft = draftBeside(path)
  try {
    const { ended, migrated, unreadableUsers } = await withProgress(context, async ({ signal, onProgress }) => {
      await copySqlite({ from: backup, to: draft, signal, onProgress })
      const prepared = await prepare(config, draft, options)
      if (signal.aborted) throw new StartError(['The restore was interrupted. The database is unchanged.'])
      return prepared
    })
    const aside = `${path}.before-${new Date(config.now()).toISOString().replaceAll(':', '-')}`
    const isKept = await held.replace(draft, aside)
    await context.print(
      [
        `Restored ${path} from ${file}.`,
        ...(migrated.length === 0 ? [] : [`Applied migrations: ${migrated.join(', ')}.`]),
        ...(isKept
          ? [
              `The previous database, with the audit log since the backup, is kept as ${aside}. ` +
                'Delete it when you no longer need it.',
            ]
          : []),
        ...(held.isDamaged
          ? [
              'The previous database is damaged, so the command could not check whether it is in use. ' +
                'Stop the service if it is running.',
            ]
          : []),
        ended === undefined
          ? 'Sessions, links, devices and keys are those of the backup, including those that were revoked later.'
          : describeEnded(ended),
        ...(unreadableUsers > 0 ? [describeUnreadable(unreadableUsers), remedyForUnreadable] : []),
        '',
        ...whatComesBack,
        '',
        'Now start the service.',
      ].join('\n'),
      {
        file,
        database: path,
        former: isKept ? aside : null,
        migrated,
        ended: ended ?? null,
        users_with_unreadable_factors: unreadableUsers,
      },
      options,
    )
  } finally {
    held.release()
    await removeSqlite(draft)
  }
}

/** @throws {StartError} when the backup does not exist, or is the database itself */
function demandOther(backup: string, path: string) {
  if (!existsSync(backup)) throw new StartError([`${backup} does not exist.`])
  if (existsSync(path) && statSync(backup).ino === statSync(path).ino) {
    throw new StartError([`${backup} is the database itself.`])
  }
}

/** Migrates the copy of a backup and revokes what is valid in it, before it replaces the database. */
function prepare(
  config: Config,
  draft: string,
  options: Options,
): Promise<{ migrated: string[]; ended: RevokedCounts | undefined; unreadableUsers: number }> {
  return usingDatabase(config, `file:${draft}`, async (database) => {
    const {
      audit,
      store: { migrated, read },
    } = database
    const isOurs = await hasKeyOf(database)
    if (!isOurs && options.resetKeys !== true) throw otherKey(config)
    if (options.keep !== true && isOurs) {
      return { migrated, ended: await revokeAfterRestore(database), unreadableUsers: 0 }
    }
    const ended = isOurs ? undefined : await resetKeys(database)
    await audit.report({ event: 'backup_restored', origin: fromCommand, details: { kept: isOurs } })
    return { migrated, ended, unreadableUsers: isOurs ? 0 : await read(countUsersOfCodes) }
  })
}

function otherKey(config: Config) {
  const name = nameOfMasterKey(config)
  return new StartError([
    `The backup was made with a different master key than ${name}, or ${name} is missing. Restore that key first, ` +
      'or set it as MASTER_KEY_PREVIOUS in addition to MASTER_KEY. If it is lost, add --reset-keys, which still ' +
      'restores accounts and clients.',
  ])
}
