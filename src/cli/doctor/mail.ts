import { hourMs } from '../../lib/time.ts'
import { StartError } from '../../errors/index.ts'
import { errorCodeOf } from '../../lib/error-code.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { loadMailTemplates, verifySmtp } from '../../mail/index.ts'
import { fault, type CheckResult, note, ok, warning } from './check-result.ts'
import { type Examined, type Installation, isLoopback } from './machine.ts'

/** Connects to the mail server and authenticates, without sending an e-mail. */
export async function checkMailServer({
  settings: { smtpUrl },
  config: { dataDir, publicUrl },
  timeouts,
}: Installation): Promise<CheckResult[]> {
  if (smtpUrl === undefined) {
    const message = `SMTP_URL is not set, so e-mails are not sent. They are files in ${dataDir}/mail.`
    const remedy = 'Set SMTP_URL and MAIL_FROM.'
    return [isLoopback(new URL(publicUrl).hostname) ? note(message, remedy) : warning(message, remedy)]
  }
  const { host } = new URL(smtpUrl)
  try {
    await withTimeout(timeouts.mail, verifySmtp(smtpUrl))
    return [ok(`${host} responds${new URL(smtpUrl).username === '' ? '' : ' and accepts the user and password'}.`)]
  } catch (error) {
    return [judgeFailure(host, error)]
  }
}

/** The reply of the server to the authentication can contain the password, so it is not shown. */
function judgeFailure(host: string, error: unknown): CheckResult {
  const code = errorCodeOf(error)
  const reason = error instanceof Error ? error.message : String(error)
  if (code === 'EAUTH') {
    return fault(
      `${host} rejects the user or password, so e-mails are not sent.`,
      'Correct the user and password in SMTP_URL, and percent-encode special characters. Some providers require an ' +
        'app password.',
    )
  }
  if (code === 'ETLS' || /certificate|TLS|SSL|altname/i.test(reason)) {
    return fault(
      `${host} offers no trusted TLS, so e-mails are not sent: ${reason}`,
      'Use smtps:// for TLS from the start (port 465), or smtp:// for STARTTLS (port 587). The certificate must be for ' +
        'the host in SMTP_URL. To trust your own CA, set NODE_EXTRA_CA_CERTS.',
    )
  }
  return fault(
    `${host} does not respond, so e-mails are not sent: ${reason}`,
    'Check the host and port in SMTP_URL. Many hosting providers block ports for e-mail. Ports 465 and 587 are the ' +
      'most likely to be open.',
  )
}

/** The service does not start with invalid templates. */
export function checkMailTemplates({ settings: { mailTemplates } }: Installation): CheckResult[] {
  if (mailTemplates === undefined) return [ok('E-mails use the built-in texts.')]
  try {
    const kinds = Object.keys(loadMailTemplates(mailTemplates))
    if (kinds.length > 0) return [ok(`${mailTemplates} has templates for: ${kinds.join(', ')}.`)]
    return [
      warning(
        `${mailTemplates} contains no templates, so e-mails use the built-in texts.`,
        'Add files such as verify_email.txt, or unset MAIL_TEMPLATES. See docs/guides/mail-templates.md.',
      ),
    ]
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.faults.map((message) =>
      fault(
        message,
        'The service does not start until this is fixed. To see the result, run: latchkey mail preview KIND',
      ),
    )
  }
}

/** Finds e-mails that have been waiting for long. They are retried until they expire. */
export async function checkOutbox({ database, now }: Examined): Promise<CheckResult[]> {
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
  if (count === 0) return [ok('No e-mail has been waiting for more than an hour.')]
  return [
    warning(
      `${count} ${count === 1 ? 'e-mail has' : 'e-mails have'} been waiting for more than an hour, the oldest since ` +
        `${new Date(waiting.oldest).toISOString()}. Attempts to send them: at most ${waiting.attempts}.`,
      'See "mail server" above and the warnings about e-mails in the log of the service. Without any attempt, the ' +
        'service is not running.',
    ),
  ]
}
