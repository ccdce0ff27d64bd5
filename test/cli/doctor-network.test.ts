import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { secretFor } from '../support/build.ts'
import { makeCertificate } from '../support/certificate.ts'
import { listening, listeningAtItsOrigin } from '../support/listening.ts'
import { startSmtp } from '../support/smtp-server.ts'
import { examine, newPlace } from '../support/doctor.ts'

/** Lets a server listen until the end of the test. @returns its port */
async function portOf(t: Test, server: Server) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const answering =
  (status: number, body: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status).end(body)
  }

t.test('a mail server that accepts the login is healthy and receives no message', async (t) => {
  const password = secretFor('smtp')
  const smtp = await startSmtp(t, {
    allowInsecureAuth: true,
    onAuth: ({ username, password: given }, _session, callback) =>
      given === password ? callback(null, { user: username }) : callback(new Error(`No: ${given}`)),
  })
  const withPassword = (text: string) => ({
    ...newPlace(t).environment,
    MAIL_FROM: 'a@example.com',
    SMTP_URL: smtp.url.replace('://', `://ada:${encodeURIComponent(text)}@`),
  })
  t.match(
    (await examine(withPassword(password))).said('mail server'),
    `ok: 127.0.0.1:${smtp.port} responds and accepts the user and password.`,
  )
  const refused = await examine(withPassword(secretFor('another')))
  t.match(
    refused.said('mail server'),
    /^fault: 127\.0\.0\.1:\d+ rejects the user or password.* Correct the user and password/,
  )
  t.notMatch(JSON.stringify(refused.found), 'not-for-logs')
  t.strictSame(smtp.deliveries, [])

  await smtp.close()
  t.match(
    (await examine(withPassword(password))).said('mail server'),
    /^fault: 127\.0\.0\.1:\d+ does not respond.*ECONNREFUSED.* Check the host and port/,
  )
})

t.test('a mail server whose TLS certificate is not trusted is reported', async (t) => {
  for (const [secure, tls] of [
    [true, makeCertificate()],
    [false, makeCertificate()],
    [false, {}],
  ] as const) {
    const smtp = await startSmtp(t, { host: '0.0.0.0', secure, ...tls })
    const { said } = await examine({ ...newPlace(t).environment, MAIL_FROM: 'a@example.com', SMTP_URL: smtp.url })
    t.match(
      said('mail server'),
      /^fault: 0\.0\.0\.0:\d+ offers no trusted TLS, .*(certificate|STARTTLS).*Use smtps:\/\//,
    )
  }
})

t.test('only a PUBLIC_URL that differs in host or path is reported', async (t) => {
  const { issuer } = await listeningAtItsOrigin(t)
  const { origin } = new URL(issuer)
  t.match(
    (await examine({ ...newPlace(t).environment, PUBLIC_URL: origin })).said('service'),
    `ok: The service responds at ${issuer}.`,
  )
  t.match(
    (await examine({ ...newPlace(t).environment, PUBLIC_URL: origin, PREFIX: '/api' })).said('service'),
    /^warning: .* http.*\/api responds with 404.*forward \/api/,
  )

  const { url } = await listening(t)
  t.match(
    (await examine({ ...newPlace(t).environment, PUBLIC_URL: url })).said('service'),
    /^fault: The service at http:\/\/127.* uses the issuer http:\/\/localhost:3000\/auth, .*restart/,
  )
})

t.test('another server at the URL of the service is reported', async (t) => {
  for (const [server, scheme, says] of [
    [createHttpServer(answering(502, 'Bad Gateway')), 'http', /^fault: .* error 502.* logs/],
    [createHttpServer(answering(301, '')), 'http', /^warning: .* responds with 301 .*without redirects/],
    [createHttpServer(answering(200, '<!doctype html>')), 'http', /^warning: A different server responds/],
    [createHttpServer(answering(200, 'null')), 'http', /^warning: A different server responds/],
    [
      createHttpsServer(makeCertificate(), answering(200, '')),
      'https',
      /^fault: The certificate .* is not trusted: .*self-signed.* complete chain/,
    ],
  ] as const) {
    const port = await portOf(t, server)
    t.match(
      (await examine({ ...newPlace(t).environment, PUBLIC_URL: `${scheme}://127.0.0.1:${port}` })).said('service'),
      says,
    )
  }
  t.strictSame((await examine({ ...newPlace(t).environment, PORT: '0', PUBLIC_URL: undefined })).levels('service'), [
    'note',
  ])
})

t.test('a server that accepts a connection and stays silent does not block the check', async (t) => {
  const port = await portOf(t, createServer())
  const { said } = await examine(
    {
      ...newPlace(t).environment,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: 'a@example.com',
      DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/postgres`,
      MASTER_KEY: secretFor('master key'),
    },
    { timeouts: { service: 100, mail: 100, database: 100 } },
  )
  t.match(said('service'), /^note: No server responds at .*timeout/)
  t.match(said('mail server'), /^fault: 127.* does not respond.*: It took longer than 0.1 s/)
  t.match(said('database'), /^fault: Cannot read the database: It took longer than 0.1 s/)
})
