import type { FastifyPluginAsync } from 'fastify'
import { health, type HealthOptions } from './health.ts'
import { home } from './home.ts'

/** What a server of its own has beside the API. */
export const service: FastifyPluginAsync<HealthOptions & { hasDocs: boolean }> = async (scope, { hasDocs, ...options }) => {
  if (hasDocs) await scope.register(home)
  await scope.register(health, options)
}
