import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { version } from '../src/lib/version.ts'
import { createTelemetry, type Metrics, type ServerSpan, type Telemetry, type Tracing } from '../src/telemetry/index.ts'
import { onRequestEnd } from './request-end.ts'

declare module 'fastify' {
  interface FastifyInstance {
    telemetry: Telemetry
  }
}

interface TelemetryOptions {
  metrics: boolean
  traces: boolean
  keyRotationDays: number
  /** Whether the process belongs to Latchkey, and not to a host. */
  isService: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Metrics and traces, as `app.telemetry`. The service registers it for all of its routes, the plugin for its own. */
export default fp<TelemetryOptions>(
  async (app, { metrics: hasMetrics, traces: hasTraces, keyRotationDays, isService, now }) => {
    const telemetry = await createTelemetry({
      hasMetrics,
      hasTraces,
      hasProcessMetrics: isService,
      version,
      keyRotationDays,
      now,
    })
    app.decorate('telemetry', { getter: () => telemetry })

    if (telemetry.tracing !== undefined) traceRequests(app, telemetry.tracing)
    if (telemetry.metrics !== undefined) countRequests(app, telemetry.metrics)
  },
  { name: 'latchkey-telemetry' },
)

function countRequests(app: FastifyInstance, metrics: Metrics) {
  onRequestEnd(app, ({ method, routeOptions: { url: route } }, { elapsedTime: durationMs }, status) => {
    metrics.onRequestEnd({ method, route, status, durationMs })
  })
}

function traceRequests(app: FastifyInstance, tracing: Tracing) {
  const key = Symbol('span')
  interface TracedRequest extends FastifyRequest {
    [key]?: ServerSpan
  }

  app.addHook('onRequest', (request: TracedRequest, _reply, done) => {
    const { method, routeOptions, id, headers } = request
    request[key] = tracing.startRequest({ method, route: routeOptions.url, id, headers })
    tracing.runIn(request[key], done)
  })
  // The body was received outside of the context.
  app.addHook('preValidation', (request: TracedRequest, _reply, done) => {
    if (request[key] === undefined) done()
    else tracing.runIn(request[key], done)
  })
  onRequestEnd(app, (request: TracedRequest, _reply, status) => {
    if (request[key] !== undefined) tracing.endRequest(request[key], status)
  })
}
