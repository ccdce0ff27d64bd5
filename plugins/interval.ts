import type { FastifyInstance } from 'fastify'
import { withTimeout } from '../src/lib/with-timeout.ts'

/** Milliseconds that a run has when the service ends. */
const grace = 5_000

/**
 * Does something again and again, until the service ends. When it fails, that is logged once, until
 * it has succeeded.
 * @param pause milliseconds from one run to the next
 */
export function doEvery(app: FastifyInstance, pause: number, complaint: string, work: () => Promise<void>) {
  let running = Promise.resolve()
  let isFailing = false
  const timer = setInterval(() => {
    running = work().then(
      () => {
        isFailing = false
      },
      (error) => {
        if (!isFailing) app.log.warn({ err: error }, complaint)
        isFailing = true
      },
    )
  }, pause).unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await withTimeout(grace, running).catch(() => {})
  })
}
