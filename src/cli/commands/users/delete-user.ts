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
    .argument('<user>', 'username, e-mail or id')
    .option('--yes', 'do not ask')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'What is in the audit log stays there, by the id alone. Nobody gets the username again. The owner is told by',
        'mail. The last administrator cannot be deleted: make another one first.',
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
  if (!yes) await confirm(context, `Delete ${accountName}${addition} for good?`)
  const { administration } = await createServices(database)
  await administration.deleteUser(id, operator)
  await context.print(`${accountName} is deleted.`, { deleted: id }, options)
}

/** @throws {StartError} when the answer is not yes, or there is no terminal */
async function confirm({ stdin, stderr }: CommandContext, question: string) {
  if (stdin.isTTY !== true) throw new StartError(['There is no terminal to ask whether that is meant. Add --yes.'])
  const prompt = createInterface({ input: stdin, output: stderr })
  const closed = new AbortController()
  prompt.once('close', () => {
    closed.abort()
  })
  const answer = await prompt.question(`${question} [y/N] `, { signal: closed.signal }).catch(() => '')
  prompt.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new StartError(['It was not confirmed.'])
}
