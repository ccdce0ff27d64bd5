import fp from 'fastify-plugin'
import { createHousekeeping, type Housekeeping } from '../src/housekeeping.ts'
import { doEvery } from './interval.ts'

declare module 'fastify' {
  interface FastifyInstance {
    housekeeping: Housekeeping
  }
}

/** Every minute what is due is done, and what is over is removed. */
export default fp(
  async (app) => {
    const { attempts, audit, codes, config, invitations, keyRing, outbox, places, sessions } = app
    const housekeeping = createHousekeeping({
      // The step of the rotation; what was counted and not written down.
      due: [keyRing.freshen, audit.countCheap],
      over: [
        sessions.removeOver,
        codes.removeOver,
        invitations.removeOver,
        outbox.removeOld,
        attempts.removeOver,
        places.removeOld,
        audit.removeOld,
      ],
    })
    app.decorate('housekeeping', { getter: () => housekeeping })
    if (!config.timing.hasTimers) return
    doEvery(app, 60_000, 'housekeeping failed; it is tried again in a minute', housekeeping.run)
  },
  {
    name: 'latchkey-housekeeping',
    dependencies: ['latchkey-jwt', 'latchkey-sessions', 'latchkey-mail', 'latchkey-accounts'],
  },
)
