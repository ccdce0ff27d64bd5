import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { ownScope } from '../../src/authorization/index.ts'
import { changeAccount } from './change-account.ts'
import { changeAccountPassword } from './change-account-password.ts'
import { deleteAccount } from './delete-account.ts'
import { endOtherAccountSessions } from './end-other-account-sessions.ts'
import { endAccountSession } from './end-account-session.ts'
import { exportAccount } from './export-account.ts'
import { getAccount } from './get-account.ts'
import { listAccountEvents } from './list-account-events.ts'
import { listAccountSessions } from './list-account-sessions.ts'
import { reauthenticateAccount } from './reauthenticate-account.ts'
import { registerUser } from './register-user.ts'

/** Registration, and the operations of users on their own accounts: `/users/me`. */
export const account: FastifyPluginAsync = async (scope) => {
  await scope.register(registerUser)
  await scope.register(guarded({ scopes: [ownScope] }, getAccount, changeAccount))
  await scope.register(
    guarded({ scopes: [ownScope], recent: 'with second factor' }, changeAccountPassword, deleteAccount),
  )
  await scope.register(
    guarded({ scopes: [ownScope] }, listAccountSessions, endOtherAccountSessions, endAccountSession, listAccountEvents),
  )
  await scope.register(guarded({ scopes: [ownScope], recent: 'always' }, exportAccount))
  // Routes of administration and of hosts demand a recent authentication of tokens without the scope `account` as well.
  await scope.register(guarded({ scopes: [] }, reauthenticateAccount))
}
