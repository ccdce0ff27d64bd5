import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { untilRefused } from '../support/spawn.ts'

const generous = { connection: 60_000, request: 60_000, keepAlive: 60_000 }

t.test('invalid HTTP gets a response in our format, and the next request is served', async (t) => {
  const { port } = await listening(t)
  for (const broken of [
    'GARBAGE\r\n\r\n',
    'GET /health/live HTTP/9.9\r\nhost: x\r\n\r\n',
    'FROBNICATE /health/live HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n',
    'POST /auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x00\x05hello',
  ]) {
    const answer = read(await exchange(port, broken))
    t.equal(answer.status, 400, JSON.stringify(broken))
    assertOurFormat(t, answer)
    t.match(answer.headers.get('connection'), 'close')
  }
  t.equal(read(await exchange(port, 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).status, 200)
})

t.test('a request with two Host headers is rejected (X11)', async (t) => {
  const { port } = await listening(t)
  for (const hosts of ['host: a\r\nhost: b\r\n', 'Host: a\r\nHOST: a\r\n']) {
    const answer = read(await exchange(port, `GET /health/live HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`))
    t.equal(answer.status, 400)
    assertOurFormat(t, answer)
  }
})

t.test('headers that are too large are a 431 (F5)', async (t) => {
  const { port } = await listening(t)
  const answer = read(
    await exchange(port, `GET /health/live HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`),
  )
  t.equal(answer.status, 431)
  assertOurFormat(t, answer)
})

t.test('a URL that cannot be decoded is a 400 in our format, inside and outside the API', async (t) => {
  const { port } = await listening(t)
  for (const path of ['/%ZZ', '/auth/%ZZ', '/auth/users/%E0%A4%A']) {
    const answer = read(await exchange(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`))
    t.equal(answer.status, 400)
    assertOurFormat(t, answer)
  }
})

t.test('a body that is too large is a 413 before it ends (F5)', async (t) => {
  const { port } = await listening(t, { ...generous, request: 10_000 })
  const head = 'POST /auth/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
  const announced = `${head}content-length: 1000000000\r\n\r\n{`
  const streamed = `${head}transfer-encoding: chunked\r\n\r\n${`1000\r\n${'x'.repeat(0x1000)}\r\n`.repeat(5)}`
  for (const request of [announced, streamed]) {
    const socket = await open(t, port)
    socket.write(request)
    const [answer] = await once(socket, 'data')
    t.equal(read(String(answer)).status, 413)
    assertOurFormat(t, read(String(answer)))
  }
})

t.test('headers that never end are a 408 (F5)', async (t) => {
  const { port } = await listening(t, { ...generous, request: 100 })
  const answer = read(await exchange(port, 'GET /health/live HTTP/1.1\r\nhost: x\r\n', 'keep open'))
  t.equal(answer.status, 408)
  assertOurFormat(t, answer)
})

t.test('a body that never ends is cut off while other requests are served (F5)', async (t) => {
  const { port } = await listening(t, { ...generous, request: 100 })
  const slow = exchange(
    port,
    'POST /auth/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    'keep open',
  )
  t.equal(read(await exchange(port, 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).status, 200)
  const answer = read(await slow)
  t.equal(answer.status, 408)
  assertOurFormat(t, answer)
})

t.test('a connection without traffic is closed', async (t) => {
  const { port } = await listening(t, { ...generous, connection: 100 })
  t.equal(await exchange(port, '', 'keep open'), '')
})

t.test('a connection is kept open for the next request', async (t) => {
  const { port } = await listening(t, { ...generous, keepAlive: 1 })
  const answers = await exchange(port, 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2), 'keep open')
  t.equal(answers.match(/HTTP\/1.1 200 OK/g)?.length, 2)
})

t.test('when the service stops listening, idle connections are closed with the next response', async (t) => {
  const { port, app } = await listening(t)
  const requests = Object.entries({
    '/health/live': 200,
    '/health/ready': 503,
    '/auth/users/me': 401,
    '/auth/reset-password': 200,
    '/nowhere': 404,
    '/%ZZ': 400,
  })
  const sockets = await Promise.all(requests.map(() => open(t, port)))
  const send = async (socket: Socket, path: string) => {
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    return read(String(answer))
  }
  for (const socket of sockets) t.match((await send(socket, '/health/live')).headers.get('connection'), 'keep-alive')

  app.draining.start()
  const stopped = app.draining.stopListening()
  await untilRefused(port)
  for (const [index, [path, status]] of requests.entries()) {
    const answer = await send(sockets[index]!, path)
    t.equal(answer.status, status, path)
    t.match(answer.headers.get('connection'), 'close', path)
  }
  await stopped
})

t.test('KEEP_ALIVE_TIMEOUT_SECONDS and REQUEST_TIMEOUT_SECONDS configure the server (O4)', async (t) => {
  const usual = (await build(t)).app.server
  t.strictSame(
    [usual.keepAliveTimeout, usual.requestTimeout, usual.headersTimeout, usual.timeout],
    [72_000, 30_000, 30_000, 60_000],
  )
  const { app } = await build(t, {
    environment: { KEEP_ALIVE_TIMEOUT_SECONDS: '620', REQUEST_TIMEOUT_SECONDS: '120' },
  })
  const { server } = app
  t.strictSame(
    [server.keepAliveTimeout, server.requestTimeout, server.headersTimeout, server.timeout],
    [620_000, 120_000, 120_000, 120_000],
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.address() as AddressInfo
  const socket = await open(t, port)
  socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
  const [answer] = await once(socket, 'data')
  t.match(read(String(answer)).headers.get('keep-alive'), 'timeout=620', 'clients receive the timeout')
})

t.test('a response sent before routing can be read by pages of CORS_ORIGINS (C8)', async (t) => {
  const { app } = await build(t, { environment: { CORS_ORIGINS: 'https://app.example.com,capacitor://localhost' } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  for (const [request, status] of [
    ['GET /auth/%ZZ HTTP/1.1\r\nhost: x\r\n', 400],
    ['GET /health/live HTTP/1.1\r\n', 400],
    ['GET /health/live HTTP/1.1\r\nhost: x\r\nhost: y\r\n', 400],
    ['GET /health/live HTTP/9.9\r\nhost: x\r\n', 400],
    [`DELETE /auth/clients/${'x'.repeat(101)} HTTP/1.1\r\nhost: x\r\n`, 404],
    [`GET /health/live HTTP/1.1\r\nhost: x\r\norigin: ORIGIN\r\ncookie: ${'x'.repeat(20_000)}\r\n`, 431],
  ] as const) {
    for (const [origin, allowed] of [
      ['capacitor://localhost', 'capacitor://localhost'],
      ['https://evil.example', null],
    ] as const) {
      const sent = `${request.replace('ORIGIN', origin)}origin: ${origin}\r\nconnection: close\r\n\r\n`
      const answer = read(await exchange(port, sent))
      t.equal(answer.status, status)
      t.equal(answer.headers.get('access-control-allow-origin')?.trim() ?? null, allowed, request.slice(0, 60))
      t.match(answer.headers.get('vary'), /origin/i)
    }
  }
})

async function listening(t: Test, timeouts = generous) {
  const { app } = await build(t, { timeouts })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { app, port }
}

async function open(t: Test, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Sends a request and reads until the server closes; with `more`, keeps the client's side open. */
async function exchange(port: number, request: string, more?: 'keep open') {
  const socket = connect(port, '127.0.0.1')
  if (more === undefined) socket.end(request)
  else socket.write(request)
  return await text(socket)
}

function read(answer: string) {
  const [head = '', body = ''] = answer.split(/\r\n\r\n([^]*)/)
  const [line = '', ...lines] = head.split('\r\n')
  const headers = new Headers()
  for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1))
  return { status: Number(line.split(' ')[1]), headers, body }
}

function assertOurFormat(t: Test, { status, headers, body }: ReturnType<typeof read>) {
  t.match(headers.get('content-type'), /^application\/problem\+json/)
  t.equal(headers.get('x-content-type-options'), 'nosniff')
  t.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'")
  t.match(JSON.parse(body), { status, code: /^[a-z_]+$/, detail: /\.$/, title: /./, type: 'about:blank' })
}
