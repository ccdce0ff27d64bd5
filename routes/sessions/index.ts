import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { endAllSessions } from './end-all-sessions.ts'

/** The sessions of all users: `/sessions`. Those of one user are under `/users/:id`, one’s own under `/users/me`. */
export const sessions: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: ['users:write'], allowsClients: true }, endAllSessions))
}
