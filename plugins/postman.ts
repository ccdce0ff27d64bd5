import fp from 'fastify-plugin'
import { oneAtATime } from '../src/one-at-a-time.ts'
import { doEvery } from './interval.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Looks into what was asked for, and sends what is due. */
    sendMails: () => Promise<void>
  }
}

/** Every second; no request waits for it. What is asked for is looked into however slow the mail server is. */
export default fp(
  async (app) => {
    const { config, mailRequests, outbox, recovery, verification } = app
    const answer = oneAtATime(() =>
      mailRequests.answer({ 'reset password': recovery.answer, 'verify email': verification.answer }),
    )
    const deliver = oneAtATime(outbox.deliver)
    // A request that fails, and is tried again, holds up no mail.
    const sendMails = () => answer().finally(deliver)
    app.decorate('sendMails', { getter: () => sendMails })
    app.addHook('preClose', async () => outbox.stop())
    if (!config.timing.hasTimers) return
    doEvery(app, 1_000, 'requests for mails could not be looked into; it is tried again', answer)
    doEvery(app, 1_000, 'mails could not be seen to; it is tried again', deliver)
  },
  { name: 'latchkey-postman', dependencies: ['latchkey-accounts', 'latchkey-mail'] },
)
