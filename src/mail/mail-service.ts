import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import type { Store } from '../store/index.ts'
import type { MailKind } from './kinds.ts'
import { createMailRenderer } from './mail-renderer.ts'
import type { MailTemplates } from './mail-templates.ts'
import { createNotices } from './notices.ts'
import { createOutbox, type Delivery, type DeliveryFailure, type Sealing } from './outbox.ts'
import { createFileTransport, createSmtpTransport, type SendMail } from './transport.ts'

interface Dependencies {
  config: Config
  store: Store
  masterKey: Sealing & { mac: (purpose: string, ...parts: Buffer[]) => Buffer }
  /** Replace the built-in texts. */
  templates: MailTemplates
  send: SendMail
  onFailure: (error: unknown, failure: DeliveryFailure) => void
  /** Called after each attempt to deliver a message. */
  onDelivery?: ((delivery: Delivery) => void) | undefined
  onTemplateFailure: (error: unknown, kind: MailKind) => void
}

export interface MailOptions {
  /** Replace the built-in texts of messages. */
  mailTemplates?: MailTemplates | undefined
  /** Sends a message, instead of SMTP or files. */
  sendMail?: SendMail | undefined
  /** Whether links in messages are logged; for development. */
  logMailLinks?: boolean | undefined
}

export type MailService = ReturnType<typeof createMailService>

/** Messages to users, and the outbox that delivers them. */
export function createMailService({
  config,
  store,
  masterKey,
  templates,
  send,
  onFailure,
  onDelivery,
  onTemplateFailure,
}: Dependencies) {
  const { issuer, now, productColor: color, productName: name } = config
  const outbox = createOutbox({ store, masterKey, now, send, onFailure, onDelivery })
  const renderer = createMailRenderer({ brand: { name, color }, templates, onTemplateFailure, now })
  return {
    outbox,
    notices: createNotices({ store, outbox, masterKey, renderer, now }),
    /** The URLs of the pages that e-mailed links open. */
    links: {
      resetPassword: `${issuer}/reset-password`,
      verifyEmail: `${issuer}/verify-email`,
      invitation: `${issuer}/invitation`,
    },
  }
}

/**
 * Sends messages through the SMTP server, or writes them as files to the data folder if no server is configured.
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
