import fp from 'fastify-plugin'
import { type Audit, type AuditEvent, createAudit } from '../src/audit/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    audit: Audit
  }
}

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
    app.addHook('preClose', () => audit.reportSuppressed(true).catch(() => {}))
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
