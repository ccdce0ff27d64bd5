import type { FastifyInstance } from 'fastify'
import { type BackgroundJob, startBackgroundJobs } from '../src/lib/background-jobs.ts'

/** Runs background jobs until the service ends. A job that fails is logged once, until it has succeeded. */
export function runJobs(app: FastifyInstance, jobs: BackgroundJob[]): void {
  const stop = startBackgroundJobs(jobs, ({ name, everyMs }, error) => {
    app.log.warn({ err: error, job: name, retryMs: everyMs }, 'background job failed')
  })
  app.addHook('onClose', stop)
}
