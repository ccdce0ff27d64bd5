import fp from 'fastify-plugin'
import { createPasswords, type Passwords } from '../src/passwords/index.ts'
import { runJobs } from './run-jobs.ts'

declare module 'fastify' {
  interface FastifyInstance {
    passwords: Passwords
  }
}

/** Password hashing and the rules for new passwords, as `app.passwords`. */
export default fp(
  async (app) => {
    const { metrics, onHash } = app.telemetry
    let rejected = 0
    const passwords = await createPasswords({
      config: app.config,
      onRejected: () => {
        rejected++
        metrics?.onHashRejected()
      },
      onHash,
    })
    metrics?.watchHashQueue(passwords.queue)
    app.decorate('passwords', { getter: () => passwords })

    async function reportRejected() {
      if (rejected > 0) {
        app.log.warn(
          { refused: rejected, ...passwords.queue.state() },
          'password hashing overloaded, sign-ins rejected',
        )
      }
      rejected = 0
    }
    runJobs(app, app.config.timing, [{ name: 'overload report', everyMs: 10_000, run: reportRejected }])
    app.addHook('onClose', async () => {
      await reportRejected()
      app.log.debug(passwords.queue.state(), 'password hashes')
    })
  },
  { name: 'latchkey-passwords', dependencies: ['latchkey-config', 'latchkey-telemetry'] },
)
