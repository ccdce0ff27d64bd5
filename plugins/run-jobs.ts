import type { FastifyInstance } from 'fastify'
import type { Timing } from '../src/config/index.ts'
import { ApiError } from '../src/errors/index.ts'
import { type BackgroundJob, startBackgroundJobs } from '../src/lib/background-jobs.ts'
import { reasonOf } from './errors.ts'

/**
 * Runs background jobs until the service stops, unless timers are disabled. Repeated failures of a job are logged once,
 * until it succeeds again. No other code starts periodic timers.
 */
export function runJobs(app: FastifyInstance, { hasTimers }: Pick<Timing, 'hasTimers'>, jobs: BackgroundJob[]): void {
  if (!hasTimers) return
  const stop = startBackgroundJobs(jobs, ({ name, everyMs }, error) => {
    app.log.warn({ ...describe(error), job: name, retryMs: everyMs }, 'background job failed')
  })
  // Jobs end while the last requests are answered.
  app.addHook('preClose', (done) => {
    stop()
    done()
  })
  app.addHook('onClose', stop)
}

/** The stacks of an outage say nothing more than its reason. */
function describe(error: unknown) {
  const isOutage = error instanceof ApiError && error.code === 'temporarily_unavailable' && error.cause !== undefined
  return isOutage ? { reason: reasonOf(error.cause) } : { err: error }
}
