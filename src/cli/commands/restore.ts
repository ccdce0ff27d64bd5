import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Option } from 'commander'
import { fromCommand } from '../../audit/index.ts'
import { type Config, createDataFolder } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { type Ended, endRestored, hasKeyOf, resetKeys } from '../../keys/index.ts'
import { copySqlite, draftBeside, holdSqlite, removeSqlite } from '../../store/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { demandSqlitePath, nameOfMasterKey, usingDatabase, withConfig } from '../database.ts'
import type { OutputOptions } from '../output.ts'
import { withProgress } from '../with-progress.ts'
import { describeEnded, whatComesBack } from './restored.ts'

interface Options extends OutputOptions {
  keep?: boolean
  resetKeys?: boolean
}

/** `latchkey restore` */
export const defineRestore: DefineCommand = (command, context) => {
  command
    .argument('<file>', 'what `latchkey backup` has made; it is left as it is')
    .addOption(
      new Option(
        '--keep',
        'leave sessions, links, devices and keys as they are in the backup, those too that were ended since',
      ).conflicts('resetKeys'),
    )
    .option('--reset-keys', 'the MASTER_KEY of the backup is lost: go on with the one that is set now')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'Stop the service first. A backup that is damaged, of a newer version or of another MASTER_KEY is refused, and',
        'nothing is changed. The present database is kept under another name. An older backup is brought up to this',
        'program.',
        '',
        'What had been ended since the backup would be valid again: sessions that were signed out, links that were',
        'used, keys that were withdrawn. So all of them end, and everybody signs in anew; but for --keep, which is for',
        'a backup of this very minute.',
        '',
        ...whatComesBack,
        '',
        'Examples:',
        '  latchkey restore /backups/latchkey-2026-11-25.db',
        '  DATA_DIR=./rehearsal latchkey restore nightly.db   # with its master.key in that folder',
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
    const { ended, migrated } = await withProgress(context, async ({ signal, onProgress }) => {
      await copySqlite({ from: backup, to: draft, signal, onProgress })
      const prepared = await prepare(config, draft, options)
      if (signal.aborted) throw new StartError(['It was interrupted.'])
      return prepared
    })
    const aside = `${path}.before-${new Date(config.now()).toISOString().replaceAll(':', '-')}`
    const isKept = await held.replace(draft, aside)
    await context.print(
      [
        `${file} is the database now, ${path}.`,
        ...(migrated.length === 0 ? [] : [`It was brought up to this program: ${migrated.join(', ')}.`]),
        ...(isKept
          ? [
              `The former one, with the audit log since the backup, is ${aside}; ` +
                'delete it when it is not needed any more.',
            ]
          : []),
        ...(held.isDamaged
          ? [
              'The former one is damaged, so that nobody could tell whether it was in use: ' +
                'end a service that still runs.',
            ]
          : []),
        ended === undefined
          ? 'Sessions, links, devices and keys are as they were then, those too that were ended since.'
          : describeEnded(ended),
        '',
        ...whatComesBack,
        '',
        'Start the service now.',
      ].join('\n'),
      { file, database: path, former: isKept ? aside : null, migrated, ended: ended ?? null },
      options,
    )
  } finally {
    held.release()
    await removeSqlite(draft)
  }
}

/** @throws {StartError} when there is no such backup, or it is the database itself */
function demandOther(backup: string, path: string) {
  if (!existsSync(backup)) throw new StartError([`There is no ${backup}.`])
  if (existsSync(path) && statSync(backup).ino === statSync(path).ino) {
    throw new StartError([`${backup} is the database itself.`])
  }
}

/** Migrates the copy of a backup, and ends what was valid in it, before it replaces the database. */
function prepare(
  config: Config,
  draft: string,
  options: Options,
): Promise<{ migrated: string[]; ended: Ended | undefined }> {
  return usingDatabase(config, `file:${draft}`, async (database) => {
    const {
      audit,
      store: { migrated },
    } = database
    const isOurs = await hasKeyOf(database)
    if (!isOurs && options.resetKeys !== true) throw otherKey(config)
    if (options.keep !== true && isOurs) return { migrated, ended: await endRestored(database) }
    const ended = isOurs ? undefined : await resetKeys(database)
    await audit.report({ event: 'backup_restored', origin: fromCommand, details: { kept: isOurs } })
    return { migrated, ended }
  })
}

function otherKey(config: Config) {
  const name = nameOfMasterKey(config)
  return new StartError([
    `${name} is not the one that this backup was made with, or not there. Put that one in its place, or give it in ` +
      'MASTER_KEY_PREVIOUS beside one that is set. If it is lost, add --reset-keys: accounts and clients are ' +
      'restored all the same.',
  ])
}
