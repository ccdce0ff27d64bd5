import type { FastifyPluginAsync } from 'fastify'
import { getJwks } from './jwks.ts'
import { getMetadata } from './metadata.ts'

/** What other services learn from us. */
export const discovery: FastifyPluginAsync = async (scope) => {
  await scope.register(getJwks)
  await scope.register(getMetadata)
}
