import fp from 'fastify-plugin'
import { type Audit, type AuditEvent, createAudit } from '../src/audit/index.ts'
import { withTimeout } from '../src/lib/with-timeout.ts'

declare module 'fastify' {
  interface FastifyInstance {
    audit: Audit
  }
}

/** How long a service that stops may take to record the numbers of suppressed events. */
export const maxFinalReportMs = 1_000

/** The audit log, as `app.audit`. Events are also log lines, so that other systems can collect them. */
export default fp(
  async (app) => {
    const {
      config: { eventsKeepDays: keepDays, now },
      store,
      telemetry: { metrics },
    } = app
    const audit = createAudit({
      store,
      now,
      keepDays,
      onFinding: (finding) => {
        app.log.warn(finding, 'security event')
        metrics?.onFinding(finding)
      },
    })
    if (metrics !== undefined) audit.onCount(metrics.onEvent)
    audit.onCommit((event, severity) => {
      if (severity === 'alarm') app.log.warn(describe(event), 'security event')
      else app.log.info(describe(event), 'event')
    })
    // After the last request, and before the store closes, since these hooks run in reverse order.
    app.addHook('onClose', () =>
      withTimeout(maxFinalReportMs, audit.reportSuppressed(true)).catch((err) => {
        app.log.warn({ err }, 'suppressed events not recorded')
      }),
    )
    app.decorate('audit', { getter: () => audit })
  },
  { name: 'latchkey-audit', dependencies: ['latchkey-config', 'latchkey-store'] },
)

/** The fields of a log line; empty ones are omitted. */
function describe({ event, outcome, user_id: userId, actor, address, request_id: requestId, details }: AuditEvent) {
  return {
    event,
    ...(outcome === 'success' ? {} : { outcome }),
    ...(userId === null ? {} : { user_id: userId }),
    ...details,
    ...(actor === null ? {} : { actor }),
    ...(address === null ? {} : { address }),
    ...(requestId === null ? {} : { reqId: requestId }),
  }
}
