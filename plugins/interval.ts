import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Milliseconds that a run has when the service ends. */
const grace = 5_000

/**
 * Does something again and again, until the service ends. What fails is logged.
 * @param pause milliseconds from one run to the next
 */
export function doEvery (app: FastifyInstance, pause: number, complaint: string, work: () => Promise<void>) {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = work().catch((error) => app.log.warn({ err: error }, complaint))
  }, pause).unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    const end = new AbortController()
    await Promise.race([running, setTimeout(grace, undefined, { signal: end.signal }).catch(() => {})])
    end.abort()
  })
}
