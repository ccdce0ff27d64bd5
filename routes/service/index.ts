import type { FastifyPluginAsync } from 'fastify'
import schemas from '../../plugins/schemas.ts'
import { health, type HealthOptions } from './health.ts'
import { home } from './home.ts'

/** The routes of the service outside the API. */
export const service: FastifyPluginAsync<HealthOptions & { hasDocs: boolean }> = async (
  scope,
  { hasDocs, ...options },
) => {
  await scope.register(schemas, { name: 'latchkey', openapi: true })
  if (hasDocs) await scope.register(home)
  await scope.register(health, options)
}
