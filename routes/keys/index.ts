import type { FastifyPluginAsync } from 'fastify'
import { guarded } from '../../plugins/guard.ts'
import { listKeys } from './list-keys.ts'
import { rotateKeys } from './rotate-keys.ts'

/** Signing keys: `/keys`. */
export const keys: FastifyPluginAsync = async (scope) => {
  await scope.register(guarded({ scopes: ['keys:write'], allowsClients: true }, listKeys))
  await scope.register(guarded({ scopes: ['keys:write'], allowsClients: true, recent: 'always' }, rotateKeys))
}
