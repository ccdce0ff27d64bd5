import { operator } from '../../../authorization/index.ts'
import { accountNameOf } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import { withDatabase } from '../../database.ts'
import { findNamedUser } from '../../find-named-user.ts'
import { digitsOf, type OutputOptions } from '../../output.ts'
import { createServices, type Services } from '../../services.ts'
import { printUser } from './print-user.ts'

interface Change {
  help: string[]
  /** Makes the change. @returns a message for the operator */
  apply: (services: Services, user: { id: string; name: string; factors: number }) => Promise<string>
}

/** Defines a command that makes one change to one user. */
function defineChange({ help, apply }: Change): DefineCommand {
  return (command, context) => {
    command
      .argument('<user>', 'Username, verified e-mail address or id')
      .option('--json', 'Print JSON')
      .addHelpText('after', ['', ...help, '', 'Example:', `  latchkey users ${command.name()} ada`].join('\n'))
      .action((name: string, options: OutputOptions) =>
        withDatabase(context, async (database) => {
          const user = await findNamedUser(database, name)
          const { id, second_factors: factors } = user
          const done = await apply(await createServices(database), { id, name: accountNameOf(user), factors })
          await printUser(context, database, id, done, options)
        }),
      )
  }
}

/** `latchkey users disable` */
export const defineDisable = defineChange({
  help: ['The data of the user stays. The last administrator cannot be disabled. Create', 'another one first.'],
  async apply({ administration }, { id, name }) {
    await administration.changeUser(id, { disabled: true }, operator)
    return `${name} is disabled. All sessions have ended.`
  },
})

/** `latchkey users enable` */
export const defineEnable = defineChange({
  help: ['The password is unchanged.'],
  async apply({ administration }, { id, name }) {
    await administration.changeUser(id, { disabled: false }, operator)
    return `${name} is enabled.`
  },
})

/** `latchkey users unlock` */
export const defineUnlock = defineChange({
  help: ['This ends the waiting time after wrong passwords, and the user can sign in on new', 'devices again.'],
  async apply({ administration }, { id, name }) {
    await administration.unlockUser(id, operator)
    return `${name} is unlocked.`
  },
})

/** `latchkey users reset-factors` */
export const defineResetFactors = defineChange({
  help: [
    'This removes all authenticator apps, passkeys and recovery codes, and ends all',
    'sessions. The password alone then signs the user in. The user is notified by',
    'e-mail.',
  ],
  async apply({ administration }, { id, name, factors }) {
    await administration.resetFactors(id, operator)
    if (factors === 0) return `${name} has no second factor.`
    return `Removed ${digitsOf(factors)} second ${factors === 1 ? 'factor' : 'factors'} of ${name}.`
  },
})

/** `latchkey users reset-password` */
export const defineResetPassword = defineChange({
  help: [
    'The password stays valid until the user sets a new one. The service sends the',
    'e-mail when it runs, at most three per hour. A user without an e-mail address',
    'needs a new account. To create one, run: latchkey users invite',
  ],
  async apply({ administration }, { id, name }) {
    await administration.startPasswordReset(id, operator)
    return `The service will send ${name} a link to reset the password.`
  },
})
