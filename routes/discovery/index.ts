import type { FastifyPluginAsync } from 'fastify'
import { getJwks } from './get-jwks.ts'
import { getMetadata } from './get-metadata.ts'

/** The endpoints that other services need to verify tokens: `/jwks.json`, `/.well-known/…`. */
export const discovery: FastifyPluginAsync = async (scope) => {
  await scope.register(getJwks)
  await scope.register(getMetadata)
}
