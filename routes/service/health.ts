import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { unavailable } from '../../src/errors/index.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'

const Health = Type.Object(
  {
    status: Type.Unsafe<'ok'>({ type: 'string', enum: ['ok'] }),
  },
  { $id: 'Health', description: 'The result of a successful health check.', examples: [{ status: 'ok' }] },
)

/** Load balancers may add parameters. */
const anyQuery = Type.Object({})

export interface HealthOptions {
  /** Rejects while the database does not respond. */
  checkReady: () => Promise<void>
}

export const health: FastifyPluginAsyncTypebox<HealthOptions> = async (scope, { checkReady }) => {
  scope.route({
    method: 'GET',
    url: '/health/live',
    schema: {
      operationId: 'checkLive',
      summary: 'Check whether the process is running',
      description: 'For a supervisor that restarts the process when there is no response.',
      tags: ['Health'],
      security: [],
      querystring: anyQuery,
      response: { 200: jsonResponse(Health, 'The process is running.'), ...problems([]) },
    },
    handler: async () => ({ status: 'ok' as const }),
  })

  scope.route({
    method: 'GET',
    url: '/health/ready',
    schema: {
      operationId: 'checkReady',
      summary: 'Check whether the service is ready',
      description: 'For a load balancer. The service is ready while its database responds, until it has to stop.',
      tags: ['Health'],
      security: [],
      querystring: anyQuery,
      response: { 200: jsonResponse(Health, 'The service is ready.'), ...problems([]) },
    },
    handler: async () => {
      if (scope.draining.hasStarted()) throw unavailable(undefined)
      await checkReady()
      return { status: 'ok' as const }
    },
  })
}
