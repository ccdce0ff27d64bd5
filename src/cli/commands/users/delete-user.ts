import { createInterface } from 'node:readline/promises'
import { operator } from '../../../authorization/index.ts'
import { StartError } from '../../../errors/index.ts'
import { accountNameOf } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
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
  if (!yes) await confirm(context, `Delete ${accountName}${addition} permanently?`)
  const { administration } = await createServices(database)
  await administration.deleteUser(id, operator)
  await context.print(`${accountName} is deleted.`, { deleted: id }, options)
}

/** @throws {StartError} when the answer is not yes or there is no terminal */
async function confirm({ stdin, stderr }: CommandContext, question: string) {
  if (stdin.isTTY !== true) {
    throw new StartError(['The command cannot ask for confirmation without a terminal. To delete the user, add --yes.'])
  }
  const prompt = createInterface({ input: stdin, output: stderr })
  const closed = new AbortController()
  prompt.once('close', () => {
    closed.abort()
  })
  const answer = await prompt.question(`${question} [y/N] `, { signal: closed.signal }).catch(() => '')
  prompt.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new StartError(['Not confirmed. The user was not deleted.'])
}
