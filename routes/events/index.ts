import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { listEvents } from './list-events.ts'

/** The audit log: `/events`. */
export const events: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: ['audit:read'], allowsClients: true }, listEvents))
}
