import fp from 'fastify-plugin'
import { createHousekeeping } from '../src/lib/background-jobs.ts'
import { oneAtATime } from '../src/lib/single-flight.ts'
import { doEvery } from './interval.ts'

declare module 'fastify' {
  interface FastifyInstance {
    backgroundJobs: {
      /** Does what is due and deletes expired rows. */
      housekeep: () => Promise<void>
      /** Answers requests for mails, and sends what is due. */
      sendMails: () => Promise<void>
    }
  }
}

const second = 1000
const minute = 60 * second

/** What any instance does by itself, now and then. No request waits for it. */
export default fp(
  async (app) => {
    const { accounts, administration, audit, keys, mail, oneTimeTokens, throttling, tokens } = app
    const { run: housekeep } = createHousekeeping({
      due: [keys.ring.refreshIfStale, audit.reportSuppressed],
      over: [
        tokens.sessions.removeOver,
        oneTimeTokens.codes.removeOver,
        administration.invitations.removeOver,
        mail.outbox.removeOld,
        throttling.attempts.removeOver,
        throttling.places.removeOld,
        audit.removeOld,
      ],
    })

    const answer = oneAtATime(() =>
      oneTimeTokens.mailRequests.answer({
        reset_password: accounts.recovery.answer,
        verify_email: accounts.verification.answer,
      }),
    )
    const deliver = oneAtATime(mail.outbox.deliver)
    // A request that fails, and is tried again, holds up no mail.
    const sendMails = () => answer().finally(deliver)
    app.addHook('preClose', async () => mail.outbox.stop())

    const backgroundJobs = { housekeep, sendMails }
    app.decorate('backgroundJobs', { getter: () => backgroundJobs })
    doEvery(app, minute, 'housekeeping failed; it is tried again in a minute', housekeep)
    doEvery(app, second, 'requests for mails could not be looked into; it is tried again', answer)
    doEvery(app, second, 'mails could not be seen to; it is tried again', deliver)
  },
  { name: 'latchkey-background-jobs', dependencies: ['latchkey-administration'] },
)
