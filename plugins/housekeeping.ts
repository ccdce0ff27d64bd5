import fp from 'fastify-plugin'
import { createHousekeeping, type Housekeeping } from '../src/tokens/housekeeping.ts'

declare module 'fastify' {
  interface FastifyInstance { housekeeping: Housekeeping }
}

/** Milliseconds. */
const interval = 60_000

/** Every minute what is due is done, and what is over is removed. */
export default fp(async (app) => {
  const { keyRing, log, sessions } = app
  const housekeeping = createHousekeeping({ keyRing, sessions })
  app.decorate('housekeeping', { getter: () => housekeeping })

  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = housekeeping.run().catch((error) => log.warn({ err: error }, 'housekeeping failed; it is tried again in a minute'))
  }, interval).unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await running
  })
}, { name: 'latchkey-housekeeping', dependencies: ['latchkey-store', 'latchkey-jwt', 'latchkey-sessions'] })
