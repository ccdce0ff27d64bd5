#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { Command } from 'commander'
import { settingsFromEnvironment } from '../config/index.ts'
import { ApiError, StartError } from '../errors/index.ts'
import { version } from '../lib/version.ts'
import { addBackupCommand } from './commands/backup.ts'
import { addClientCommands } from './commands/clients.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEventsCommand } from './commands/events.ts'
import { addKeyCommands } from './commands/keys.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addRestoreCommand } from './commands/restore.ts'
import { addRestoredCommand } from './commands/restored.ts'
import { addUserCommands } from './commands/users.ts'
import { atDatabase, configOf, type WithConfig } from './database.ts'
import { say } from './output.ts'

// What only whoever sits there may see.
const showOnTerminal = process.stderr.isTTY ? say : undefined

const program = new Command('latchkey')
  .description('A sign-in API: users, passwords, sessions and JWTs.')
  .version(version)
  .addHelpText('after', '\nSettings are environment variables, read from ./.env too; see the README or .env.example.')

program
  .command('start', { isDefault: true })
  .description('start the service (this is done without a command, too)')
  .allowExcessArguments()
  .action((_options, { args: [stranger] }: Command) => {
    if (stranger !== undefined) program.error(`error: unknown command '${stranger}'. See: latchkey --help`)
    return orExplain(start)
  })

program
  .command('dev')
  .description('the same for development: the links of mails stand in the log')
  .action(() => orExplain(dev))

program
  .command('demo')
  .description('start it in memory, with the user johndoe whose password is secret')
  .action(() => orExplain(demo))

program
  .command('openapi')
  .description('print the OpenAPI document')
  .action(() => orExplain(printDocument))

const onDatabase = (work: Parameters<typeof atDatabase>[1]) =>
  orExplain(() => atDatabase(environment(), work), 'Nothing was done.')
addKeyCommands(program, onDatabase)
addClientCommands(program, onDatabase)
addUserCommands(program, onDatabase)
addEventsCommand(program, onDatabase)
addDoctorCommand(program, environment)

const withConfig: WithConfig = (work) => orExplain(() => work(configOf(environment())), 'Nothing was done.')
addMigrateCommand(program, withConfig)
addBackupCommand(program, withConfig)
addRestoreCommand(program, withConfig)
addRestoredCommand(program, onDatabase)

await program.parseAsync()

/** Most commands need no HTTP server, which takes longer to load than they run. */
function loadServer() {
  return import('../server.ts')
}

async function start() {
  const { addressOf, serve } = await loadServer()
  const settings = settingsFromEnvironment(environment())
  const app = await serve(settings, { show: showOnTerminal })
  say(`Latchkey is ready: ${addressOf(app, settings)}`)
}

async function dev() {
  const { addressOf, serve } = await loadServer()
  const variables = environment()
  refuseProduction(variables, 'This shows in its log the links by which passwords are reset')
  const settings = settingsFromEnvironment(variables)
  const app = await serve(settings, { logMailLinks: true, show: showOnTerminal })
  say(`Latchkey is ready: ${addressOf(app, settings)}`)
}

async function demo() {
  const { addressOf, serve } = await loadServer()
  const variables = environment()
  refuseProduction(variables, 'The demo has a user with a known password')
  const settings = settingsFromEnvironment({ ...variables, DATABASE_URL: ':memory:', REQUIRE_VERIFIED_EMAIL: 'off' })
  const app = await serve(settings, {
    logMailLinks: true,
    show: say,
    sendMail: async () => {},
    prepare: ({ latchkey }) =>
      latchkey.createUser({ username: 'johndoe', password: 'secret', email: 'johndoe@example.com', name: 'John Doe' }),
  })
  say(
    [
      '',
      '  THIS IS A DEMO. Anybody can sign in as johndoe, with the password: secret',
      '  Everything is in memory and gone when it ends. No mail is sent: its link stands in the log.',
      '',
      `Latchkey is ready: ${addressOf(app, settings)}`,
    ].join('\n'),
  )
}

function refuseProduction({ NODE_ENV: purpose }: NodeJS.ProcessEnv, reason: string) {
  if (purpose === 'production') {
    throw new StartError([
      `${reason}, and does not start with NODE_ENV=production. Start the service instead: npm start`,
    ])
  }
}

async function printDocument() {
  const { createService } = await import('../service.ts')
  const app = await createService(settingsFromEnvironment({ DATABASE_URL: ':memory:', LOG_LEVEL: 'silent' }))
  await app.ready()
  console.log(JSON.stringify(app.swagger(), null, 2))
  await app.close()
}

/** The process's own variables win over those of `./.env`. */
function environment(): NodeJS.ProcessEnv {
  return { ...readEnvFile('.env'), ...process.env }
}

function readEnvFile(path: string) {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new StartError([`${path} cannot be read: ${error instanceof Error ? error.message : error}`])
  }
}

async function orExplain(action: () => Promise<void>, opening = 'Latchkey did not start.') {
  try {
    await action()
  } catch (error) {
    if (!(error instanceof StartError || error instanceof ApiError)) throw error
    const faults = error instanceof StartError ? error.faults : [error.message]
    say(`${opening}\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
    process.exitCode = 1
  }
}
