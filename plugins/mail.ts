import { join } from 'node:path'
import fp from 'fastify-plugin'
import {
  createFileTransport,
  createNotices,
  createOutbox,
  createSmtpTransport,
  type Notices,
  type Outbox,
  type SendMail,
  type Trouble,
} from '../src/mail/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    notices: Notices
    outbox: Outbox
  }
}

export interface MailOptions {
  /** In place of SMTP and of files. */
  sendMail?: SendMail | undefined
  /** For development: whether the links of mails stand in the log. */
  logMailLinks?: boolean | undefined
}

/** Mails that are to be sent, and what sends them. */
export default fp<MailOptions>(
  async (app, { sendMail, logMailLinks = false }) => {
    const {
      config: { dataDir, mailFrom, now, productColor: color, productName: name, smtpUrl },
      log,
      masterKey,
      store,
    } = app

    const transport =
      sendMail ??
      (smtpUrl === undefined
        ? createFileTransport(join(dataDir, 'mail'), mailFrom, (file) =>
            log.info({ file }, 'mail written: SMTP_URL is not set'),
          )
        : createSmtpTransport(smtpUrl, mailFrom))
    const send = logMailLinks ? tellingLinks(transport) : transport

    function tellingLinks(send: SendMail): SendMail {
      return async (mail) => {
        await send(mail)
        const { to, subject, text } = mail
        const [link] = /^https?:\S+#\S+$/m.exec(text) ?? []
        const [, code] = /: {2}([\d ]+)$/m.exec(text) ?? []
        log.info(
          { to, subject, ...(link === undefined ? {} : { link, code }) },
          'a mail; its link stands here in development only',
        )
      }
    }

    const outbox = createOutbox({
      store,
      seal: masterKey,
      now,
      send,
      onTrouble: (error, trouble) =>
        log.warn(describe(error, trouble), trouble.isGivenUp ? 'mail given up' : 'mail not sent; it is tried again'),
    })
    const notices = createNotices({ store, outbox, masterKey, brand: { name, color }, now })
    app.decorate('outbox', { getter: () => outbox })
    app.decorate('notices', { getter: () => notices })
  },
  { name: 'latchkey-mail', dependencies: ['latchkey-config', 'latchkey-store', 'latchkey-jwt'] },
)

/** Servers quote addresses, and what a mail held, in what they answer: of an answer only the beginning is logged, without them. */
function describe(error: unknown, { id, kind, tries }: Trouble) {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    mail: { id, kind, tries },
    reason: reason.replace(/\S+@\S+|https?:\S+|\b(pr|ev|inv)_[\w-]+/g, '…').slice(0, 200),
  }
}
