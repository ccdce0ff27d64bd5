import { operator } from '../../../authorization/index.ts'
import { accountNameOf } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import { confirm } from '../../confirm.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { findNamedUser } from '../../find-named-user.ts'
import type { OutputOptions } from '../../output.ts'
import { createServices } from '../../services.ts'

interface Options extends OutputOptions {
  yes?: boolean
}

/** `latchkey users delete` */
export const defineDelete: DefineCommand = (command, context) => {
  command
    .argument('<user>', 'Username, verified e-mail address or id')
    .option('--yes', 'Do not ask for confirmation')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'All data of the user is deleted. The audit log keeps the events, with the id of',
        'the user only. The username cannot be used again. The user is notified by',
        'e-mail. The last administrator cannot be deleted. Create another one first.',
        '',
        'Example:',
        '  latchkey users delete ada',
      ].join('\n'),
    )
    .action((name: string, options: Options) =>
      withDatabase(context, (database) => deleteUser(context, database, name, options)),
    )
}

async function deleteUser(
  context: CommandContext,
  database: OpenDatabase,
  name: string,
  { yes = false, ...options }: Options,
) {
  const user = await findNamedUser(database, name)
  const { id, username, email } = user
  const accountName = accountNameOf(user)
  const addition = username === '' || email === null ? '' : ` (${email})`
  if (!yes) await confirm(context, `Delete ${accountName}${addition} permanently?`, 'The user was not deleted.')
  const { administration } = await createServices(database)
  await administration.deleteUser(id, operator)
  await context.print(`${accountName} is deleted.`, { deleted: id }, options)
}
