import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import type { SendMailOptions } from 'nodemailer'
import type { Sender } from '../config/index.ts'
import type { Content } from './layout.ts'

/** A mail that is ready to be sent. */
export interface Mail extends Content {
  /** A UUID; the same when it is sent once more. */
  id: string
  to: string
  date: Date
}

/** Hands a mail over; fails when it could not. After two minutes another instance would try. */
export type SendMail = (mail: Mail) => Promise<void>

/** Milliseconds. Some servers look through a mail before they answer. */
const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000, dnsTimeout: 10_000 }

/** Milliseconds for all of it, whoever sends it: less than the lease of the outbox, so that nobody else sends it meanwhile. */
export const longestTry = 100_000

/**
 * Sends mails through an SMTP server (RFC 5321). Off loopback only over TLS whose certificate is
 * verified (RFC 8314): from the start with `smtps:`, by STARTTLS (RFC 3207) with `smtp:`.
 * @param url `smtp://USER:PASSWORD@HOST:PORT`
 */
export function createSmtpTransport(url: string, from: Sender): SendMail {
  const transporter = later(async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ ...connectionTo(url), ...patience })
  })
  return async (mail) => {
    await (await transporter()).sendMail({ ...envelopeOf(mail, from), signal: AbortSignal.timeout(longestTry) })
  }
}

/** Fails unless the server is there, with the TLS that is demanded, and takes the login. No mail is sent. */
export async function verifySmtp(url: string) {
  const { createTransport } = await import('nodemailer')
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
 * Writes mails into a folder, for their owner alone: `.eml` (RFC 5322).
 * @param onWritten is told where
 */
export function createFileTransport(
  folder: string,
  from: Sender,
  onWritten: (path: string, mail: Mail) => void,
): SendMail {
  const composer = later(async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  })
  return async (mail) => {
    const { message } = await (await composer()).sendMail(envelopeOf(mail, from))
    const path = join(folder, `${mail.date.toISOString().replaceAll(':', '-')}-${mail.id}.eml`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // It is there whole, or not at all.
    await writeFile(`${path}.part`, message, { mode: 0o600 })
    await rename(`${path}.part`, path)
    onWritten(path, mail)
  }
}

function envelopeOf({ id, to, date, subject, text, html }: Mail, from: Sender): SendMailOptions {
  const [, domain = ''] = from.address.split('@')
  return {
    // As objects: nothing in them is taken for a list.
    from,
    to: { name: '', address: to },
    subject,
    text,
    html,
    date,
    messageId: `<${id}@${domainToASCII(domain) || domain}>`,
    // RFC 3834 5: no out-of-office replies to this.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** Once, when it is first needed: a service that sends no mail does not load what sends it. */
function later<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined
  return () => {
    made ??= make()
    return made
  }
}
