import fp from 'fastify-plugin'
import { version } from '../src/lib/version.ts'
import { createTelemetry, type Telemetry } from '../src/telemetry/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    telemetry: Telemetry
  }
}

interface TelemetryOptions {
  metrics: boolean
  keyRotationDays: number
  /** Whether the process belongs to Latchkey, and not to a host. */
  isService: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Metrics, as `app.telemetry`. The service registers it for all of its routes, the plugin for its own. */
export default fp<TelemetryOptions>(
  async (app, { metrics: hasMetrics, keyRotationDays, isService, now }) => {
    const telemetry = await createTelemetry({
      hasMetrics,
      hasProcessMetrics: isService,
      version,
      keyRotationDays,
      now,
    })
    app.decorate('telemetry', { getter: () => telemetry })

    const { metrics } = telemetry
    if (metrics === undefined) return
    app.addHook('onResponse', (request, reply, done) => {
      metrics.onAnswer({
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: reply.elapsedTime,
      })
      done()
    })
  },
  { name: 'latchkey-telemetry' },
)
