import fp from 'fastify-plugin'
import type { Report } from '../src/audit/report.ts'

declare module 'fastify' {
  interface FastifyInstance { reportEvent: Report }
}

/** What whoever runs the service should know of goes into the log. */
export default fp(async (app) => {
  const report: Report = (event) => app.log.warn(event, 'security event')
  app.decorate('reportEvent', { getter: () => report })
}, { name: 'latchkey-audit' })
