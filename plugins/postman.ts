import fp from 'fastify-plugin'
import { oneAtATime } from '../src/one-at-a-time.ts'
import { doEvery } from './interval.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Looks into what was asked for, and sends what is due. */
    sendMails: () => Promise<void>
  }
}

/** Every second; no request waits for it. */
export default fp(async (app) => {
  const { mailRequests, outbox, recovery, verification } = app
  const sendMails = oneAtATime(async () => {
    try {
      await mailRequests.answer({ 'reset password': recovery.answer, 'verify email': verification.answer })
    } finally {
      // A request that fails, and is tried again, holds up no mail.
      await outbox.deliver()
    }
  })
  app.decorate('sendMails', { getter: () => sendMails })
  app.addHook('preClose', async () => outbox.stop())
  doEvery(app, 1_000, 'mails could not be seen to; it is tried again', sendMails)
}, { name: 'latchkey-postman', dependencies: ['latchkey-accounts', 'latchkey-mail'] })
