import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { clientRoutes } from './clients.ts'
import { changeInvitations, listInvitations } from './invitations.ts'
import { keyRoutes } from './keys.ts'

/** For whoever runs the service, people and programs. */
export const administration: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: ['keys:write'], takesClients: true }, keyRoutes))
  await scope.register(guarded({ scopes: ['clients:write'], takesClients: true }, clientRoutes))
  await scope.register(guarded({ scopes: ['users:read'], takesClients: true }, listInvitations))
  await scope.register(guarded({ scopes: ['users:write'], takesClients: true }, changeInvitations))
}
