import fp from 'fastify-plugin'
import {
  createMailService,
  createTransport,
  type DeliveryFailure,
  type MailOptions,
  type MailService,
  type SendMail,
} from '../src/mail/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    mail: MailService
  }
}

/** E-mails to users and their outbox, as `app.mail`. */
export default fp<MailOptions>(
  async (app, { mailTemplates = {}, sendMail, logMailLinks = false }) => {
    const { config, keys, log, store, telemetry } = app
    const transport =
      sendMail ??
      (await createTransport(config, (file) => log.info({ file }, 'mail written to file, SMTP_URL not set')))

    async function sendAndLogLink(mail: Parameters<SendMail>[0]) {
      await transport(mail)
      const { to, subject, text } = mail
      const [link] = /https?:\S+#[\w-]+/.exec(text) ?? []
      const [code] = /\b\d{4} ?\d{4}\b/.exec(text) ?? []
      log.info(
        { to, subject, ...(link === undefined ? {} : { link, code }) },
        'mail sent, link shown in development only',
      )
    }

    const mail = createMailService({
      config,
      store,
      masterKey: keys.masterKey,
      templates: mailTemplates,
      send: logMailLinks ? sendAndLogLink : transport,
      onFailure: (error, failure) =>
        log.warn(
          describe(error, failure),
          failure.isGivenUp ? 'mail delivery abandoned' : 'mail delivery failed, retry scheduled',
        ),
      onDelivery: telemetry.onDelivery,
      onTemplateFailure: (error, kind) =>
        log.error(
          { mail: { kind }, reason: redacted(error instanceof Error ? (error.stack ?? error.message) : String(error)) },
          'mail template failed, built-in text sent',
        ),
    })
    app.decorate('mail', { getter: () => mail })
  },
  { name: 'latchkey-mail', dependencies: ['latchkey-config', 'latchkey-store', 'latchkey-jwt'] },
)

/**
 * Mail servers quote addresses and contents in their responses. Only the beginning of a response is logged, with
 * addresses, links and codes removed.
 */
function describe(error: unknown, { id, kind, attempts }: DeliveryFailure) {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    mail: { id, kind, attempts },
    reason: redacted(reason).slice(0, 200),
  }
}

function redacted(text: string) {
  return text.replace(/\S+@\S+|https?:\S+|\b(pr|ev|inv)_[\w-]+|\b\d{4} ?\d{4}\b/g, '…')
}
