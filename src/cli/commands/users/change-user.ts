import { operator } from '../../../authorization/index.ts'
import { accountNameOf } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import { withDatabase } from '../../database.ts'
import { findNamedUser } from '../../find-named-user.ts'
import type { OutputOptions } from '../../output.ts'
import { createServices, type Services } from '../../services.ts'
import { printUser } from './print-user.ts'

interface Change {
  help: string[]
  /** Makes the change. @returns a sentence that says so */
  apply: (services: Services, user: { id: string; name: string }) => Promise<string>
}

/** A command that makes one change to one user. */
function defineChange({ help, apply }: Change): DefineCommand {
  return (command, context) => {
    command
      .argument('<user>', 'username, e-mail or id')
      .option('--json', 'for programs')
      .addHelpText('after', ['', ...help, '', 'Example:', `  latchkey users ${command.name()} ada`].join('\n'))
      .action((name: string, options: OutputOptions) =>
        withDatabase(context, async (database) => {
          const user = await findNamedUser(database, name)
          const { id } = user
          const done = await apply(await createServices(database), { id, name: accountNameOf(user) })
          await printUser(context, database, id, done, options)
        }),
      )
  }
}

/** `latchkey users disable` */
export const defineDisable = defineChange({
  help: ['What is theirs stays. The last administrator cannot be disabled: make another one first.'],
  async apply({ administration }, { id, name }) {
    await administration.changeUser(id, { disabled: true }, operator)
    return `${name} is disabled, and signed out everywhere.`
  },
})

/** `latchkey users enable` */
export const defineEnable = defineChange({
  help: ['They sign in with the password they had.'],
  async apply({ administration }, { id, name }) {
    await administration.changeUser(id, { disabled: false }, operator)
    return `${name} is enabled.`
  },
})

/** `latchkey users unlock` */
export const defineUnlock = defineChange({
  help: ['Whoever was made to wait may try again at once, and a locked account is open.'],
  async apply({ administration }, { id, name }) {
    await administration.unlockUser(id, operator)
    return `${name} is unlocked: the right password helps again.`
  },
})

/** `latchkey users reset-password` */
export const defineResetPassword = defineChange({
  help: [
    'Nothing changes until they do. The service sends the mail, as soon as it runs; not more than three are',
    'sent in an hour. Who has no address gets a new account, or one by: latchkey users invite',
  ],
  async apply({ administration }, { id, name }) {
    await administration.startPasswordReset(id, operator)
    return `The service mails ${name} a link by which they choose another password.`
  },
})
