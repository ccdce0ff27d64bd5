import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { ownScope } from '../../src/authorization/index.ts'
import { deleteAccount } from './deletion.ts'
import { listOwnEvents } from './events.ts'
import { exportAccount } from './export.ts'
import { acceptInvitation } from './invitation.ts'
import { changeAccount, getAccount } from './me.ts'
import { changePassword } from './password.ts'
import { registerUser } from './register.ts'
import { ownSessions } from './sessions.ts'

export const account: FastifyPluginAsync = async (scope) => {
  await scope.register(registerUser)
  await scope.register(acceptInvitation)
  await scope.register(
    guarded(
      { scopes: [ownScope] },
      getAccount,
      changeAccount,
      changePassword,
      exportAccount,
      deleteAccount,
      ownSessions,
      listOwnEvents,
    ),
  )
}
