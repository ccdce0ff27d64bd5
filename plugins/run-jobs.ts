import type { FastifyInstance } from 'fastify'
import type { Timing } from '../src/config/index.ts'
import { type BackgroundJob, startBackgroundJobs } from '../src/lib/background-jobs.ts'

/**
 * Runs background jobs until the service ends, unless it has no timers. A job that fails is logged once, until it has
 * succeeded. No other code starts periodic timers.
 */
export function runJobs(app: FastifyInstance, { hasTimers }: Pick<Timing, 'hasTimers'>, jobs: BackgroundJob[]): void {
  if (!hasTimers) return
  const stop = startBackgroundJobs(jobs, ({ name, everyMs }, error) => {
    app.log.warn({ err: error, job: name, retryMs: everyMs }, 'background job failed')
  })
  app.addHook('onClose', stop)
}
