import fastify, { type FastifyInstance } from 'fastify'
import { metricsContentType } from './telemetry/index.ts'

/**
 * Creates the server of the metrics. It has a port of its own, so that no proxy publishes them, and closes with the
 * service.
 */
export function createMetricsServer(app: FastifyInstance): FastifyInstance {
  const server = fastify()
  server.get('/metrics', async (_request, reply) =>
    reply
      .type(metricsContentType)
      .header('cache-control', 'no-store')
      .send(await app.latchkey.metrics()),
  )
  server.addHook('onError', async (_request, _reply, err) => app.log.error({ err }, 'metrics failed'))
  app.addHook('onClose', () => server.close())
  return server
}
