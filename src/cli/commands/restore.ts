import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Command, Option } from 'commander'
import { fromCommand } from '../../audit/index.ts'
import { type Config, createDataFolder } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import { type Ended, endRestored, hasKeyOf, resetKeys } from '../../keys/index.ts'
import { copySqlite, draftBeside, holdSqlite, removeSqlite } from '../../store/index.ts'
import { openPlace, type WithConfig } from '../database.ts'
import { type OutputOptions, print } from '../output.ts'
import { nameOfMasterKey, sqlitePathOf, withProgress } from './backup.ts'
import { describeEnded, whatComesBack } from './restored.ts'

interface Options extends OutputOptions {
  keep?: boolean
  resetKeys?: boolean
}

/** `latchkey restore` */
export function addRestoreCommand(program: Command, withConfig: WithConfig) {
  program
    .command('restore')
    .description('put a backup in the place of the SQLite database, and end everything that was given out before')
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
    .action((file: string, options: Options) => withConfig((config) => restore(file, options, config)))
}

async function restore(file: string, options: Options, config: Config) {
  const path = sqlitePathOf(config, 'Restore it with pg_restore.')
  demandOther(file, path)
  await createDataFolder(dirname(path))
  const held = await holdSqlite(path)
  const draft = draftBeside(path)
  try {
    const { ended, migrated } = await withProgress(async ({ signal, onProgress }) => {
      await copySqlite({ from: file, to: draft, signal, onProgress })
      const prepared = await prepare(draft, options, config)
      if (signal.aborted) throw new StartError(['It was interrupted.'])
      return prepared
    })
    const aside = `${path}.before-${new Date(config.now()).toISOString().replaceAll(':', '-')}`
    const isKept = await held.replace(draft, aside)
    print(
      [
        `${file} is the database now, ${path}.`,
        ...(migrated.length === 0 ? [] : [`It was brought up to this program: ${migrated.join(', ')}.`]),
        ...(isKept
          ? [
              `The former one, with the audit log since the backup, is ${aside}; delete it when it is not needed any more.`,
            ]
          : []),
        ...(held.isDamaged
          ? [
              'The former one is damaged, so that nobody could tell whether it was in use: end a service that still runs.',
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

function demandOther(file: string, path: string) {
  if (!existsSync(file)) throw new StartError([`There is no ${file}.`])
  if (existsSync(path) && statSync(file).ino === statSync(path).ino) {
    throw new StartError([`${file} is the database itself.`])
  }
}

/** All that is done to a backup before it is in place. */
function prepare(
  draft: string,
  options: Options,
  config: Config,
): Promise<{ migrated: string[]; ended: Ended | undefined }> {
  return openPlace(config, `file:${draft}`, async (place) => {
    const {
      audit,
      store: { migrated },
    } = place
    const isOurs = await hasKeyOf(place)
    if (!isOurs && options.resetKeys !== true) throw otherKey(config)
    if (options.keep !== true && isOurs) return { migrated, ended: await endRestored(place) }
    const ended = isOurs ? undefined : await resetKeys(place)
    await audit.report({ event: 'backup_restored', origin: fromCommand, details: { kept: isOurs } })
    return { migrated, ended }
  })
}

function otherKey(config: Config) {
  const name = nameOfMasterKey(config)
  return new StartError([
    `${name} is not the one that this backup was made with, or not there. Put that one in its place, or give it in MASTER_KEY_PREVIOUS beside one that is set. If it is lost, add --reset-keys: accounts and clients are restored all the same.`,
  ])
}
