import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { ownScope } from '../../src/authorization/index.ts'
import { changeAccount } from './change-account.ts'
import { changePassword } from './change-password.ts'
import { deleteAccount } from './delete-account.ts'
import { endOtherSessions } from './end-other-sessions.ts'
import { endSession } from './end-session.ts'
import { exportAccount } from './export-account.ts'
import { getAccount } from './get-account.ts'
import { listOwnEvents } from './list-own-events.ts'
import { listSessions } from './list-sessions.ts'
import { registerUser } from './register-user.ts'

/** Registration, and the operations of users on their own accounts: `/users/me`. */
export const account: FastifyPluginAsync = async (scope) => {
  await scope.register(registerUser)
  await scope.register(
    guarded(
      { scopes: [ownScope] },
      getAccount,
      changeAccount,
      changePassword,
      exportAccount,
      deleteAccount,
      listSessions,
      endOtherSessions,
      endSession,
      listOwnEvents,
    ),
  )
}
