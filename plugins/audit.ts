import fp from 'fastify-plugin'
import type { Report, SecurityEvent } from '../src/audit/report.ts'

declare module 'fastify' {
  interface FastifyInstance { reportEvent: Report }
}

/** What somebody should look at; the rest is as it should be. */
const alarms: SecurityEvent['event'][] = ['refresh_token_reused', 'refresh_from_another_network', 'keys_withdrawn', 'key_rotation_failed', 'keys_changed_elsewhere']

/** What whoever runs the service should know of goes into the log. */
export default fp(async (app) => {
  const report: Report = (event) => app.log[alarms.includes(event.event) ? 'warn' : 'info'](event, 'security event')
  app.decorate('reportEvent', { getter: () => report })
}, { name: 'latchkey-audit' })
