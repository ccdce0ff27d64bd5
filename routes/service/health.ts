import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'

const Health = Type.Object(
  {
    status: Type.Unsafe<'ok'>({ type: 'string', enum: ['ok'] }),
  },
  { $id: 'Health', description: 'The service is well.', examples: [{ status: 'ok' }] },
)

export interface HealthOptions {
  /** Fails while the database does not answer. */
  checkReady: () => Promise<void>
}

export const health: FastifyPluginAsyncTypebox<HealthOptions> = async (scope, { checkReady }) => {
  scope.route({
    method: 'GET',
    url: '/health/live',
    schema: {
      operationId: 'checkLive',
      summary: 'Whether the process runs',
      description: 'For a supervisor that restarts it otherwise.',
      tags: ['Health'],
      security: [],
      response: { 200: jsonResponse(Health, 'It is.'), ...problems([]) },
    },
    handler: async () => ({ status: 'ok' as const }),
  })

  scope.route({
    method: 'GET',
    url: '/health/ready',
    schema: {
      operationId: 'checkReady',
      summary: 'Whether the service can answer',
      description: 'For a load balancer: whether the database answers.',
      tags: ['Health'],
      security: [],
      response: { 200: jsonResponse(Health, 'It is.'), ...problems([]) },
    },
    handler: async () => {
      await checkReady()
      return { status: 'ok' as const }
    },
  })
}
