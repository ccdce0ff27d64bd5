import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import type { Store } from '../store/index.ts'
import type { MailKind } from './kinds.ts'
import { createMailRenderer } from './mail-renderer.ts'
import type { MailTemplates } from './mail-templates.ts'
import { createNotices } from './notices.ts'
import { createOutbox, type DeliveryFailure, type Sealing } from './outbox.ts'
import { createFileTransport, createSmtpTransport, type SendMail } from './transport.ts'

interface Dependencies {
  config: Config
  store: Store
  masterKey: Sealing & { mac: (purpose: string, ...parts: Buffer[]) => Buffer }
  /** They replace the built-in texts. */
  templates: MailTemplates
  send: SendMail
  onFailure: (error: unknown, failure: DeliveryFailure) => void
  onTemplateFailure: (error: unknown, kind: MailKind) => void
}

export interface MailOptions {
  /** They replace the built-in texts of mails. */
  mailTemplates?: MailTemplates | undefined
  /** Sends a message, in place of SMTP or files. */
  sendMail?: SendMail | undefined
  /** For development: whether links in messages are logged. */
  logMailLinks?: boolean | undefined
}

export type MailService = ReturnType<typeof createMailService>

/** Messages to users: what they say, and the outbox that delivers them. */
export function createMailService({
  config,
  store,
  masterKey,
  templates,
  send,
  onFailure,
  onTemplateFailure,
}: Dependencies) {
  const { issuer, now, productColor: color, productName: name } = config
  const outbox = createOutbox({ store, masterKey, now, send, onFailure })
  const renderer = createMailRenderer({ brand: { name, color }, templates, onTemplateFailure, now })
  return {
    outbox,
    notices: createNotices({ store, outbox, masterKey, renderer, now }),
    /** The pages behind mailed links. */
    links: {
      resetPassword: `${issuer}/reset-password`,
      verifyEmail: `${issuer}/verify-email`,
      invitation: `${issuer}/invitation`,
    },
  }
}

/**
 * Sends by SMTP, or writes files into the data folder where no server is set.
 * @param onWritten receives the path of each file
 */
export function createTransport(
  { dataDir, mailFrom, smtpUrl }: Config,
  onWritten: (file: string) => void,
): Promise<SendMail> {
  return smtpUrl === undefined
    ? createFileTransport(join(dataDir, 'mail'), mailFrom, onWritten)
    : createSmtpTransport(smtpUrl, mailFrom)
}
