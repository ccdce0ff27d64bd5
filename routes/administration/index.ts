import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { clientRoutes } from './clients.ts'
import { listEvents } from './events.ts'
import { changeInvitations, listInvitations } from './invitations.ts'
import { keyRoutes } from './keys.ts'
import { actOnUsers } from './user-acts.ts'
import { endUserSessions, listUserSessions } from './user-sessions.ts'
import { changeUsers, readUsers } from './users.ts'

/** For whoever runs the service, people and programs. */
export const administration: FastifyPluginAsync = async (scope) => {
  await scope.register(
    guarded({ scopes: ['users:read'], takesClients: true }, readUsers, listUserSessions, listInvitations),
  )
  await scope.register(guarded({ scopes: ['users:read', 'users:write'], takesClients: true }, changeUsers))
  await scope.register(
    guarded({ scopes: ['users:write'], takesClients: true }, actOnUsers, endUserSessions, changeInvitations),
  )
  await scope.register(guarded({ scopes: ['audit:read'], takesClients: true }, listEvents))
  await scope.register(guarded({ scopes: ['clients:write'], takesClients: true }, clientRoutes))
  await scope.register(guarded({ scopes: ['keys:write'], takesClients: true }, keyRoutes))
}
