import { administrationScopes, operator, scopesOf } from '../../../authorization/index.ts'
import { StartError } from '../../../errors/index.ts'
import { accountNameOf } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { findNamedUser } from '../../find-named-user.ts'
import type { OutputOptions } from '../../output.ts'
import { createServices } from '../../services.ts'
import { printUser } from './print-user.ts'

interface Options extends OutputOptions {
  add?: string
  remove?: string
  admin?: boolean
}

/** `latchkey users scopes` */
export const defineScopes: DefineCommand = (command, context) => {
  command
    .argument('<user>', 'Username, verified e-mail address or id')
    .option('--add <scopes>', 'Grant these scopes, separated by spaces')
    .option('--remove <scopes>', 'Remove these scopes, separated by spaces')
    .option('--admin', `Grant all administration scopes: ${administrationScopes.join(' ')}`)
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Without options, the scopes are shown. A removed scope is lost with the next',
        'request of the user. An added scope comes with the next sign-in.',
        '',
        'At sign-in, administration scopes must be requested by name, together with',
        'account:',
        '  -d scope="account users:read"',
        'The last administrator cannot lose users:write. Create another administrator',
        'first.',
        '',
        'Examples:',
        '  latchkey users scopes ada --admin',
        '  latchkey users scopes ada --add "posts:write" --remove "audit:read keys:write"',
      ].join('\n'),
    )
    .action((name: string, options: Options) =>
      withDatabase(context, (database) => changeScopes(context, database, name, options)),
    )
}

async function changeScopes(
  context: CommandContext,
  database: OpenDatabase,
  name: string,
  { add = '', remove = '', admin = false, ...options }: Options,
) {
  const user = await findNamedUser(database, name)
  const held = scopesOf(user.scopes)
  const given = [...scopesOf(add), ...(admin ? administrationScopes : [])]
  const taken = scopesOf(remove)
  const absent = taken.filter((scope) => !held.includes(scope))
  if (absent.length > 0) {
    throw new StartError([`${accountNameOf(user)} does not have these scopes: ${absent.join(' ')}.`])
  }
  const scopes = [...new Set([...held, ...given])].filter((scope) => !taken.includes(scope))
  const { administration } = await createServices(database)
  if (given.length + taken.length > 0) await administration.changeUser(user.id, { scopes }, operator)
  const text =
    scopes.length === 0
      ? `${accountNameOf(user)} has no scopes other than account.`
      : `${accountNameOf(user)} has these scopes: ${scopes.join(' ')}`
  await printUser(context, database, user.id, text, options)
}
