import { type Config, createDataFolder, productionTiming } from '../../config/index.ts'
import { openStore, pendingMigrations } from '../../store/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { demandDatabase, withConfig } from '../database.ts'
import type { OutputOptions } from '../output.ts'

interface Options extends OutputOptions {
  check?: boolean
}

/** `latchkey migrate` */
export const defineMigrate: DefineCommand = (command, context) => {
  command
    .option('--check', 'Change nothing, and exit with 1 if migrations are pending')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'The service also does this when it starts. The command is for deployments with a',
        'separate migration step. Only a backup can undo a migration: make one first.',
        'With --check, the exit code is also 1 if there is no database at the path.',
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
  demandDatabase(databaseUrl)
  const pending = await pendingMigrations(databaseUrl)
  const text = pending.length === 0 ? upToDate : `Pending migrations: ${pending.join(', ')}.`
  if (pending.length > 0) context.exitCode = 1
  await context.print(text, { pending }, options)
}

async function migrate(context: CommandContext, { databaseUrl, dataDir }: Config, options: Options) {
  if (databaseUrl.startsWith('file:')) await createDataFolder(dataDir)
  const store = await openStore(databaseUrl, productionTiming, { onWait: context.say })
  await store.close()
  const { migrated } = store
  const text = migrated.length === 0 ? upToDate : `Applied migrations: ${migrated.join(', ')}.`
  await context.print(text, { migrated }, options)
}

const upToDate = 'The database is up to date.'
