// @lane processes
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { makeCertificate } from '../support/certificate.ts'
import { emptyFolder, registerAt, start } from '../support/spawn.ts'
import { buildSending, startSmtp, type Smtp } from '../support/smtp-server.ts'

/** Leads to loopback, but is not a loopback name. */
const notLoopback = '0.0.0.0'

const password = secretFor('smtp')

/** The TLS options of the SMTP servers. */
const servers = {
  'without TLS': { allowInsecureAuth: true },
  'with STARTTLS': { ...makeCertificate(), allowInsecureAuth: true },
  'with TLS from the start': { ...makeCertificate(), secure: true },
  'with TLS 1.1 at most': {
    ...makeCertificate(),
    secure: true,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  },
} as const

async function startServer(t: Test, kind: keyof typeof servers, host = '127.0.0.1') {
  const usernames: string[] = []
  const smtp = await startSmtp(t, {
    host,
    authOptional: false,
    ...servers[kind],
    onAuth: ({ username = '' }, _session, callback) => {
      usernames.push(username)
      callback(null, { user: username })
    },
  })
  return { ...smtp, usernames }
}

const withUser = (url: string) => url.replace('://', `://ada:${encodeURIComponent(password)}@`)

async function sendOver(t: Test, { url }: Smtp) {
  const built = await buildSending(t, withUser(url))
  await built.write('grace')
  await built.housekeep()
  return built.troubles()
}

t.test('on loopback, a message is sent plain or over the server’s TLS, with any certificate', async (t) => {
  for (const [kind, isSecure] of [
    ['without TLS', false],
    ['with STARTTLS', true],
    ['with TLS from the start', true],
  ] as const) {
    const smtp = await startServer(t, kind)
    t.strictSame(await sendOver(t, smtp), [], kind)
    t.match(smtp.deliveries, { length: 1, 0: { session: { secure: isSecure } } }, kind)
  }
})

t.test('elsewhere, no message or password is sent without verified TLS', async (t) => {
  for (const [kind, reason] of [
    ['without TLS', /STARTTLS/],
    ['with STARTTLS', /self-signed certificate/],
    ['with TLS from the start', /self-signed certificate/],
  ] as const) {
    const smtp = await startServer(t, kind, notLoopback)
    t.match(await sendOver(t, smtp), { length: 1, 0: { msg: 'mail delivery failed, retry scheduled', reason } }, kind)
    t.strictSame(
      [smtp.sessions.length > 0 || kind === 'with TLS from the start', smtp.usernames, smtp.deliveries],
      [true, [], []],
      kind,
    )
  }
})

t.test('elsewhere, a message is sent only to a server with a trusted certificate for its name', async (t) => {
  const [forOthers, forIt] = [makeCertificate('127.0.0.1'), makeCertificate(notLoopback)]
  const folder = await emptyFolder(t)
  const NODE_EXTRA_CA_CERTS = join(folder, 'certs.pem')
  await writeFile(NODE_EXTRA_CA_CERTS, `${forOthers.cert}\n${forIt.cert}\n`)
  const smtp = await startSmtp(t, { host: notLoopback, secure: true, ...forOthers })
  const service = await start(t, {
    folder,
    environment: { NODE_EXTRA_CA_CERTS, SMTP_URL: smtp.url, MAIL_FROM: 'accounts@example.com' },
  })
  const rejection = service.nextLogLine(/"reason"/)
  const { url } = await service.ready()
  await registerAt(url, 'ada', { email: 'ada@example.com' })
  t.match(await rejection, { reason: /does not match certificate|altnames/ }, 'a certificate for another address')
  t.equal(smtp.deliveries.length, 0)

  smtp.useCertificate(forIt)
  await registerAt(url, 'grace', { email: 'grace@example.com' })
  await smtp.arrived(1)
  t.match(smtp.deliveries, [{ recipients: ['grace@example.com'] }], 'a certificate for its address')
})

t.test('TLS older than 1.2 is rejected, on loopback as well', async (t) => {
  const smtp = await startServer(t, 'with TLS 1.1 at most')
  t.match(await sendOver(t, smtp), { length: 1, 0: { reason: /protocol version|unsupported protocol/i } })
  t.strictSame(smtp.deliveries, [])
})
