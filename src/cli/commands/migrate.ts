import { type Config, createDataFolder, productionTiming } from '../../config/index.ts'
import { migrationNames, openStore, pendingMigrations } from '../../store/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { isMissing, withConfig } from '../database.ts'
import type { OutputOptions } from '../output.ts'

interface Options extends OutputOptions {
  check?: boolean
}

/** `latchkey migrate` */
export const defineMigrate: DefineCommand = (command, context) => {
  command
    .option('--check', 'change nothing; the exit code is 1 when something is to be done')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'For deployments that do this in a step of its own. There is no way back but a backup: make one before.',
        '',
        'Examples:',
        '  latchkey migrate --check',
        '  latchkey backup before-upgrade.db && latchkey migrate',
      ].join('\n'),
    )
    .action((options: Options) =>
      withConfig(context, (config) => (options.check === true ? check : migrate)(context, config, options)),
    )
}

async function check(context: CommandContext, { databaseUrl }: Config, options: Options) {
  const pending = isMissing(databaseUrl) ? migrationNames : await pendingMigrations(databaseUrl)
  const text = pending.length === 0 ? nothingToDo : `To be applied: ${pending.join(', ')}.`
  await context.print(text, { pending }, options)
  if (pending.length > 0) context.exitCode = 1
}

async function migrate(context: CommandContext, { databaseUrl, dataDir }: Config, options: Options) {
  if (databaseUrl.startsWith('file:')) await createDataFolder(dataDir)
  const store = await openStore(databaseUrl, productionTiming, context.say)
  await store.close()
  const { migrated } = store
  const text = migrated.length === 0 ? nothingToDo : `Applied: ${migrated.join(', ')}.`
  await context.print(text, { migrated }, options)
}

const nothingToDo = 'The database is up to date; there is nothing to do.'
