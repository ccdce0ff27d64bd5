import { StartError } from '../../errors/index.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { loadMailTemplates, verifySmtp } from '../../mail/index.ts'
import { fault, type Finding, note, ok, warning } from './finding.ts'
import { type Examined, type Installation, isLoopback } from './machine.ts'

const hourMs = 60 * 60 * 1000

/** Connects to the mail server and signs in, without sending mail. */
export async function checkMailServer({
  settings: { smtpUrl },
  config: { dataDir, publicUrl },
  timeouts,
}: Installation): Promise<Finding[]> {
  if (smtpUrl === undefined) {
    const message = `There is none: mails are files in ${dataDir}/mail, and nobody gets them.`
    const remedy = 'Set SMTP_URL and MAIL_FROM.'
    return [isLoopback(new URL(publicUrl).hostname) ? note(message, remedy) : warning(message, remedy)]
  }
  const { host } = new URL(smtpUrl)
  try {
    await withTimeout(timeouts.mail, verifySmtp(smtpUrl))
    return [ok(`${host} answers${new URL(smtpUrl).username === '' ? '' : ' and takes the login'}.`)]
  } catch (error) {
    return [judgeFailure(host, error)]
  }
}

/** The reply to a login may contain the password, so it is not shown. */
function judgeFailure(host: string, error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const reason = error instanceof Error ? error.message : String(error)
  if (code === 'EAUTH') {
    return fault(
      `${host} refuses the login: no mail is sent.`,
      'Correct the user and the password in SMTP_URL; what is special in a URL is percent-encoded. Some ' +
        'providers want ' +
        'a password that is made for programs.',
    )
  }
  if (code === 'ETLS' || /certificate|TLS|SSL|altname/i.test(reason)) {
    return fault(
      `${host} offers no TLS that can be trusted, so that no mail is sent: ${reason}`,
      'smtps:// is for TLS from the start (port 465), smtp:// for STARTTLS (587). The certificate has to be for the ' +
        'name in SMTP_URL; NODE_EXTRA_CA_CERTS names a CA of your own.',
    )
  }
  return fault(
    `${host} does not answer, so that no mail is sent: ${reason}`,
    'Correct the host and the port in SMTP_URL. Many providers of machines block the ports of mail: 465 and 587 are ' +
      'open most often.',
  )
}

/** The service refuses to start with templates that cannot be used. */
export function checkMailTemplates({ settings: { mailTemplates } }: Installation): Finding[] {
  if (mailTemplates === undefined) return [ok('Mails have the built-in texts.')]
  try {
    const kinds = Object.keys(loadMailTemplates(mailTemplates))
    if (kinds.length > 0) return [ok(`${mailTemplates} replaces ${kinds.join(', ')}.`)]
    return [
      warning(
        `${mailTemplates} has no templates: mails have the built-in texts.`,
        'Put files such as verify_email.txt into it, or unset MAIL_TEMPLATES; see docs/guides/mail-templates.md.',
      ),
    ]
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.faults.map((message) =>
      fault(message, 'The service does not start until this is corrected. Look at it with: latchkey mail preview KIND'),
    )
  }
}

/** Waiting mails are retried until they expire. */
export async function checkOutbox({ database, now }: Examined): Promise<Finding[]> {
  const waiting = await database.read((db) =>
    db
      .selectFrom('outbox')
      .select((mails) => [
        mails.fn.countAll().as('count'),
        mails.fn.min('created_at').as('oldest'),
        mails.fn.max('attempts').as('attempts'),
      ])
      .where('due_at', 'is not', null)
      .where('created_at', '<', now() - hourMs)
      .executeTakeFirstOrThrow(),
  )
  const count = Number(waiting.count)
  if (count === 0) return [ok('No mail has been waiting for more than an hour.')]
  return [
    warning(
      `${count} ${count === 1 ? 'mail has' : 'mails have'} been waiting for more than an hour, the oldest since ` +
        `${new Date(waiting.oldest).toISOString()}, tried ${waiting.attempts} times at most.`,
      'See "mail server" above, and "mail not sent" in the log of the service. If none was tried, the service does ' +
        'not run.',
    ),
  ]
}
