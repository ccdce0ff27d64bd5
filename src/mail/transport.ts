import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import type { SendMailOptions } from 'nodemailer'
import type { Sender } from '../config/index.ts'
import type { RenderedMessage } from './render-message.ts'

/** A message with its envelope. */
export interface Mail extends RenderedMessage {
  /** A UUID that stays the same when the message is sent again. */
  id: string
  to: string
  date: Date
}

/** Sends a message, or rejects. It has to finish within two minutes, because another instance then tries again. */
export type SendMail = (mail: Mail) => Promise<void>

/**
 * Loads the library at start, not at the first message. Node remembers a failed `import()`: one that failed for lack of
 * file descriptors would fail forever.
 */
const loadNodemailer = () => import('nodemailer')

// In milliseconds. Some servers scan a message before they respond.
const smtpTimeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000, dnsTimeout: 10_000 }

/** Timeout of one attempt. It is shorter than the lease of the outbox, so that no two instances send a message. */
export const sendTimeoutMs = 100_000

/**
 * Sends messages through an SMTP server (RFC 5321). Except on loopback, it requires TLS and verifies the certificate
 * (RFC 8314): `smtps:` uses TLS from the start, `smtp:` uses STARTTLS (RFC 3207).
 * @param url `smtp://USER:PASSWORD@HOST:PORT`
 */
export async function createSmtpTransport(url: string, from: Sender): Promise<SendMail> {
  const { createTransport } = await loadNodemailer()
  const transporter = createTransport({ ...connectionTo(url), ...smtpTimeouts })
  return async (mail) => {
    await transporter.sendMail({ ...envelopeOf(mail, from), signal: AbortSignal.timeout(sendTimeoutMs) })
  }
}

/** Rejects unless the server can be reached over TLS and accepts the credentials. No message is sent. */
export async function verifySmtp(url: string) {
  const { createTransport } = await loadNodemailer()
  await createTransport({
    ...connectionTo(url),
    connectionTimeout: 4_000,
    greetingTimeout: 4_000,
    socketTimeout: 4_000,
    dnsTimeout: 4_000,
  }).verify()
}

function connectionTo(url: string) {
  const { hostname } = new URL(url)
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
  return { url, requireTLS: !isLocal, tls: { rejectUnauthorized: !isLocal, minVersion: 'TLSv1.2' as const } }
}

/**
 * Writes messages to a folder, as `.eml` files (RFC 5322) that only their owner can read.
 * @param onWritten receives the path of each file
 */
export async function createFileTransport(
  folder: string,
  from: Sender,
  onWritten: (path: string, mail: Mail) => void,
): Promise<SendMail> {
  const { createTransport } = await loadNodemailer()
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return async (mail) => {
    const { message } = await composer.sendMail(envelopeOf(mail, from))
    const path = join(folder, `${mail.date.toISOString().replaceAll(':', '-')}-${mail.id}.eml`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // Renamed, so that readers never see an incomplete file.
    await writeFile(`${path}.part`, message, { mode: 0o600 })
    await rename(`${path}.part`, path)
    onWritten(path, mail)
  }
}

function envelopeOf({ id, to, date, subject, text, html }: Mail, from: Sender): SendMailOptions {
  const [, domain = ''] = from.address.split('@')
  return {
    // Objects, since nodemailer would parse a string as a list of addresses.
    from,
    to: { name: '', address: to },
    subject,
    text,
    html,
    date,
    messageId: `<${id}@${domainToASCII(domain) || domain}>`,
    // Prevents out-of-office replies (RFC 3834 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
