import fp from 'fastify-plugin'
import { deleteAllExpired, repeatBatch } from '../src/lib/background-jobs.ts'
import { singleFlight } from '../src/lib/single-flight.ts'
import { completeRows } from '../src/store/index.ts'
import { runJobs } from './run-jobs.ts'

declare module 'fastify' {
  interface FastifyInstance {
    backgroundJobs: {
      /** Rotates keys that are due, completes rows of earlier versions, and deletes expired rows. */
      housekeep: () => Promise<void>
      /** Writes the requested e-mails, and delivers all pending ones. */
      sendMails: () => Promise<void>
    }
  }
}

const second = 1000
const minute = 60 * second

/** The background jobs of every instance, as `app.backgroundJobs`. */
export default fp(
  async (app) => {
    const { accounts, administration, audit, config, factors, keys, mail, oneTimeTokens, throttling, tokens } = app

    const stopping = new AbortController()
    app.addHook('preClose', async () => {
      stopping.abort()
    })

    const housekeep = singleFlight(async () => {
      await keys.ring.refreshIfStale()
      await audit.reportSuppressed()
      await repeatBatch((max) => completeRows(app.store, max), stopping.signal)
      await deleteAllExpired(
        [
          tokens.sessions.deleteExpired,
          oneTimeTokens.mailedTokens.deleteExpired,
          factors.totpDevices.deleteExpired,
          factors.usedTokens.deleteExpired,
          administration.invitations.deleteExpired,
          mail.outbox.deleteExpired,
          throttling.attempts.deleteExpired,
          throttling.knownLocations.deleteExpired,
          audit.deleteExpired,
        ],
        stopping.signal,
      )
    })
    const answerMailRequests = singleFlight(() =>
      oneTimeTokens.mailRequests.answer(
        {
          reset_password: accounts.passwordReset.answer,
          verify_email: accounts.emailVerification.answer,
        },
        stopping.signal,
      ),
    )
    const deliverMails = singleFlight(() => mail.outbox.deliver(stopping.signal))
    // A failed request is retried later and must not delay pending e-mails.
    const sendMails = () => answerMailRequests().finally(deliverMails)

    const backgroundJobs = { housekeep, sendMails }
    app.decorate('backgroundJobs', { getter: () => backgroundJobs })
    runJobs(app, config.timing, [
      { name: 'housekeeping', everyMs: minute, run: housekeep },
      { name: 'mail requests', everyMs: second, run: answerMailRequests },
      { name: 'mail delivery', everyMs: second, run: deliverMails },
    ])
  },
  { name: 'latchkey-background-jobs', dependencies: ['latchkey-administration'] },
)
