import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { endAllSessions } from './end-all-sessions.ts'

/** The sessions of all users: `/sessions`. Sessions of one user are under `/users/:id` and `/users/me`. */
export const sessions: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: ['users:write'], allowsClients: true }, endAllSessions))
}
