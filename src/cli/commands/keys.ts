import { fromCommand } from '../../audit/index.ts'
import { describeKeys, openKeys, resetKeys } from '../../keys/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { type OpenDatabase, withDatabase } from '../database.ts'
import { type OutputOptions, timeOf } from '../output.ts'
import { tableOf } from '../table.ts'

interface Options extends OutputOptions {
  now?: boolean
}

type Keys = ReturnType<typeof describeKeys>

/** `latchkey keys …` */
export const defineKeys: DefineCommand = (keys, context) => {
  keys
    .command('list')
    .description('show the keys and their stages')
    .option('--json', 'for programs')
    .action((options: Options) =>
      withDatabase(context, async (database) => {
        const { source } = await openSource(database)
        const keys = describeKeys(await source.load(), database.config.now())
        await context.print(tableOfKeys(context, keys), { keys }, options)
      }),
    )

  keys
    .command('rotate')
    .description('publish the next key; it signs twenty minutes later, when every verifier knows it')
    .option('--now', 'for an emergency: withdraw every key at once, and with them all access tokens; sessions go on')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'Keys rotate by themselves every KEY_ROTATION_DAYS; this is for when that is too late.',
        '',
        'Examples:',
        '  latchkey keys rotate',
        '  latchkey keys rotate --now   # a signing key may have leaked',
      ].join('\n'),
    )
    .action((options: Options) =>
      withDatabase(context, async (database) => {
        const { source } = await openSource(database)
        await (options.now === true ? source.rotateNow(fromCommand) : source.rotate(fromCommand))
        const keys = describeKeys(await source.load(), database.config.now())
        const done = options.now === true ? withdrawn : publishedOf(keys)
        await context.print(`${done}\n\n${tableOfKeys(context, keys)}`, { keys }, options)
      }),
    )

  keys
    .command('reset')
    .description(
      'after MASTER_KEY has leaked or is lost: end every session and withdraw every key, ' +
        'for the MASTER_KEY that is set now',
    )
    .action(() =>
      withDatabase(context, async (database) => {
        await resetKeys(database)
        await context.print(resetDone, {}, {})
      }),
    )
}

const resetDone =
  'Every session has ended and every key is withdrawn. Accounts and clients are as they were. ' +
  'Now start every instance with this MASTER_KEY; one that still runs with another one signs nobody in.'

const withdrawn =
  'Every former key is withdrawn. This service refuses what they signed within five seconds, others when ' +
  'their copy of the published keys is too old: within ten minutes.'

function publishedOf(keys: Keys) {
  const next = keys.find(({ stage }) => stage === 'published')
  return `The next key is published. It signs from ${timeOf(next?.signs_at ?? null)} on.`
}

/** The settings may differ from those of the service, so the database is not adapted to them. */
function openSource(database: OpenDatabase) {
  return openKeys({ ...database, mayChange: false })
}

function tableOfKeys(context: CommandContext, keys: Keys) {
  return tableOf(
    context,
    ['KID', 'ALGORITHM', 'STAGE', 'SIGNS FROM', 'RETIRES', 'REMOVED'],
    keys.map(({ kid, alg, stage, signs_at: signsAt, retires_at: retiresAt, removed_at: removedAt }) => [
      kid,
      alg,
      stage,
      timeOf(signsAt),
      timeOf(retiresAt),
      timeOf(removedAt),
    ]),
  )
}
