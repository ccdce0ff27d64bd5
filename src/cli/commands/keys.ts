import { fromCommand } from '../../audit/index.ts'
import { countUsersOfCodes } from '../../factors/index.ts'
import { describeKeys, openKeys, requireNewMasterKey, resetKeys } from '../../keys/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { confirm } from '../confirm.ts'
import { type OpenDatabase, withDatabase } from '../database.ts'
import { type OutputOptions, timeOf } from '../output.ts'
import { tableOf } from '../table.ts'
import { describeUnreadable, remedyForUnreadable } from '../unreadable-factors.ts'

interface Options extends OutputOptions {
  now?: boolean
}

type Keys = ReturnType<typeof describeKeys>

/** `latchkey keys …` */
export const defineKeys: DefineCommand = (keys, context) => {
  keys
    .command('list')
    .description('List the signing keys and their stages')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Stages:',
        '  published   known to services that verify tokens, but not signing yet',
        '  signing     signs new tokens',
        '  retired     no longer signs, but its tokens are still valid',
      ].join('\n'),
    )
    .action((options: Options) =>
      withDatabase(context, async (database) => {
        const { source } = await openSource(database)
        const keys = describeKeys(await source.load(), database.config.now())
        await context.print(tableOfKeys(context, keys), { keys }, options)
      }),
    )

  keys
    .command('rotate')
    .description('Publish the next key, which signs 20 minutes later')
    .option('--now', 'Revoke all keys and access tokens at once (sessions continue)')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Keys rotate automatically every KEY_ROTATION_DAYS. Use this command to rotate',
        'earlier. In the 20 minutes, services that verify tokens fetch the new key.',
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
        const done = options.now === true ? revoked : publishedOf(keys)
        await context.print(`${done}\n\n${tableOfKeys(context, keys)}`, { keys }, options)
      }),
    )

  keys
    .command('reset')
    .description('End all sessions and revoke all keys for a new MASTER_KEY')
    .option('--yes', 'Do not ask for confirmation if users have authenticator apps or recovery codes')
    .addHelpText(
      'after',
      [
        '',
        'Use it when MASTER_KEY has leaked or is lost. Accounts, passwords and clients',
        'stay, and users sign in again.',
        '',
        'Second factors also stay, so that a stolen password is not enough. Passkeys still',
        'work. But codes of authenticator apps and recovery codes can no longer be',
        'verified. Users without a passkey, administrators included, cannot sign in until',
        'you have made sure who is asking and run: latchkey users reset-factors USER',
        '',
        'Steps:',
        '  1. Stop every instance of the service.',
        '  2. Set the new MASTER_KEY, without MASTER_KEY_PREVIOUS. Or move master.key out',
        '     of DATA_DIR, so that a new one is created.',
        '  3. Run: latchkey keys reset',
        '  4. Start every instance.',
      ].join('\n'),
    )
    .action(({ yes = false }: { yes?: boolean }) =>
      withDatabase(context, async (database) => {
        await requireNewMasterKey(database)
        const users = await database.store.read(countUsersOfCodes)
        const losses = users === 0 ? [] : [describeUnreadable(users)]
        if (users > 0 && !yes) {
          await confirm(context, [...losses, 'Reset the keys?'].join('\n'), 'Nothing was changed.')
        }
        await resetKeys(database)
        const remedies = users === 0 ? [] : [remedyForUnreadable]
        await context.print([resetDone, ...losses, ...remedies].join('\n'), {}, {})
      }),
    )
}

const resetDone =
  'All sessions have ended and all keys are revoked. Accounts and clients are unchanged.\n' +
  'Now start every instance with this MASTER_KEY. An instance with another one cannot sign users in.'

const revoked =
  'All previous keys are revoked. Latchkey rejects their tokens within five seconds, and other services within ' +
  'ten minutes, when they fetch the keys again.'

function publishedOf(keys: Keys) {
  const next = keys.find(({ stage }) => stage === 'published')
  return `The next key is published. It signs from ${timeOf(next?.signs_at ?? null)}.`
}

/** The command may run with other settings than the service, so it must not adapt the database to them. */
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
