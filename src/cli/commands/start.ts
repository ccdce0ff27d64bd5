import type { Command } from 'commander'
import { StartError } from '../../errors/index.ts'
import { addressOf, serve } from '../../server.ts'
import { startTraceExport } from '../../telemetry/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { readSettings } from '../database.ts'
import { misspeltSettings } from '../env-file.ts'
import { explainErrors } from '../explain-errors.ts'
import { misspeltVariables } from '../misspelt-variables.ts'

type ServeOptions = Parameters<typeof serve>[1]

/** `latchkey start` */
export const defineStart: DefineCommand = (command, context) => {
  command.allowExcessArguments().action((_options, { args: [unknown] }: Command) => {
    if (unknown !== undefined) {
      command.error(`error: unknown command '${unknown}'. To list the commands, run: latchkey --help`)
    }
    return explained(context, () => start(context, context.readEnvironment()))
  })
}

/** `latchkey dev` */
export const defineDev: DefineCommand = (command, context) => {
  command.action(() =>
    explained(context, async () => {
      const environment = context.readEnvironment()
      refuseProduction(environment, '"latchkey dev" logs password reset links')
      await start(context, { DRAIN_SECONDS: '0', ...environment }, { logMailLinks: true })
    }),
  )
}

/** `latchkey demo` */
export const defineDemo: DefineCommand = (command, context) => {
  command.action(() =>
    explained(context, async () => {
      const environment = context.readEnvironment()
      refuseProduction(environment, '"latchkey demo" has a user with a known password')
      const demo = { ...environment, DATABASE_URL: ':memory:', REQUIRE_VERIFIED_EMAIL: 'off', DRAIN_SECONDS: '0' }
      await start(context, demo, {
        logMailLinks: true,
        show: context.say,
        sendMail: async () => {},
        prepare: ({ latchkey }) =>
          latchkey.createUser({
            username: 'johndoe',
            password: 'secret',
            email: 'johndoe@example.com',
            name: 'John Doe',
          }),
        banner: [
          '',
          '  THIS IS A DEMO. Anyone can sign in as johndoe with the password: secret',
          '  All data is in memory and is lost when you stop it. E-mails are not sent. Their links are in the log.',
          '',
        ],
      })
    }),
  )
}

function explained(context: CommandContext, work: () => Promise<void>) {
  return explainErrors(context, work, 'Latchkey did not start.')
}

async function start(
  context: CommandContext,
  environment: NodeJS.ProcessEnv,
  { banner = [], ...options }: Partial<ServeOptions> & { banner?: string[] } = {},
) {
  const settings = readSettings(environment, context)
  const warnings = [...misspeltSettings(context.resolve('.env')), ...misspeltVariables(context.env)]
  const traces = await startTraceExport(environment, (message) => warnings.push(message))
  const app = await serve(settings, {
    // The link of the first administrator is only for a person at the terminal, not for a log.
    show: context.stderr.isTTY === true ? context.say : undefined,
    nodeVersion: context.nodeVersion,
    logStream: context.logStream,
    warnings,
    traces,
    ...options,
  })
  context.say([...banner, `Latchkey is ready: ${addressOf(app, settings)}`].join('\n'))
}

function refuseProduction({ NODE_ENV: purpose }: NodeJS.ProcessEnv, reason: string) {
  if (purpose === 'production') {
    throw new StartError([
      `${reason}, so it does not start with NODE_ENV=production. To start the service, run: npm start`,
    ])
  }
}
