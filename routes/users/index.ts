import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { changeUser } from './change-user.ts'
import { deleteUser } from './delete-user.ts'
import { deleteUserFactors } from './delete-user-factors.ts'
import { endUserSession } from './end-user-session.ts'
import { endUserSessions } from './end-user-sessions.ts'
import { getUser } from './get-user.ts'
import { listUserSessions } from './list-user-sessions.ts'
import { listUsers } from './list-users.ts'
import { startUserPasswordReset } from './start-user-password-reset.ts'
import { unlockUser } from './unlock-user.ts'

/** The administration of users: `/users`. */
export const users: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: ['users:read'], allowsClients: true }, listUsers, getUser, listUserSessions))
  // Requires both scopes, since the response contains the user.
  await scope.register(
    guarded({ scopes: ['users:read', 'users:write'], allowsClients: true, recent: 'always' }, changeUser),
  )
  // Otherwise a stolen session could take over accounts, its administrator's included.
  await scope.register(
    guarded(
      { scopes: ['users:write'], allowsClients: true, recent: 'always' },
      deleteUser,
      unlockUser,
      startUserPasswordReset,
      deleteUserFactors,
    ),
  )
  // Signing users out is harmless, and often urgent.
  await scope.register(guarded({ scopes: ['users:write'], allowsClients: true }, endUserSessions, endUserSession))
}
