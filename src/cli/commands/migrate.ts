import type { Command } from 'commander'
import { type Config, createDataFolder } from '../../config/index.ts'
import { everyMigration, openStore, pendingMigrations } from '../../store/index.ts'
import { isMissing, type WithConfig } from '../database.ts'
import { type OutputOptions, print } from '../output.ts'

interface Options extends OutputOptions {
  check?: boolean
}

/** `latchkey migrate` */
export function addMigrateCommand(program: Command, withConfig: WithConfig) {
  program
    .command('migrate')
    .description('bring the database up to this program, as the service does when it starts')
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
      withConfig((config) => (options.check === true ? check(config, options) : migrate(config, options))),
    )
}

async function check({ databaseUrl }: Config, options: Options) {
  const pending = isMissing(databaseUrl) ? everyMigration : await pendingMigrations(databaseUrl)
  print(pending.length === 0 ? nothingToDo : `To be applied: ${pending.join(', ')}.`, { pending }, options)
  if (pending.length > 0) process.exitCode = 1
}

async function migrate({ databaseUrl, dataDir }: Config, options: Options) {
  if (databaseUrl.startsWith('file:')) await createDataFolder(dataDir)
  const store = await openStore(databaseUrl)
  await store.close()
  const { migrated } = store
  print(migrated.length === 0 ? nothingToDo : `Applied: ${migrated.join(', ')}.`, { migrated }, options)
}

const nothingToDo = 'The database is up to date; there is nothing to do.'
