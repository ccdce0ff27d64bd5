// @lane processes
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import t from 'tap'
import { secretFor } from '../support/build.ts'
import { lockedByAnother } from '../support/database-lock.ts'
import { emptyFolder, start, untilRefused } from '../support/spawn.ts'

t.test('at SIGTERM, requests in flight are answered, new ones are refused, and the exit code is 0', async (t) => {
  const service = await start(t, { environment: { LOG_LEVEL: 'debug' } })
  const { port } = await service.ready()
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  await sendRequest(port, agent)
  const silent = connect(port, '127.0.0.1')
  t.teardown(() => silent.destroy())
  await once(silent, 'connect')
  const half = connect(port, '127.0.0.1')
  half.write('GET /health/live HTTP/1.1\r\nhost: x\r\n')
  const registration = await beginRegistration(port, 'ada', agent)
  // Answered after the half-sent request has been read.
  await sendRequest(port, new Agent())

  service.kill('SIGTERM')
  await untilRefused(port)
  registration.send()
  const response = await registration.answered
  t.equal(response.statusCode, 201)
  t.match(await json(response), { username: 'ada' })

  half.write('\r\n')
  const answer = await text(half)
  t.match(answer, /^HTTP\/1.1 (200|503) /, 'a half-sent request is answered in our format')
  t.match(answer, /x-content-type-options: nosniff/i)
  t.match(answer, /connection: close/i)
  if (answer.startsWith('HTTP/1.1 503')) t.match(answer, /application\/problem\+json/)

  const { code, signal, stdout } = await service.exited
  t.strictSame([code, signal], [0, null], 'also with a connection on which nothing was ever sent')
  t.match(requestLinesIn(stdout), [{}, {}, { method: 'POST', path: '/auth/users', status: 201 }, {}])
})

t.test('after SIGTERM the service is not ready, but serves requests until load balancers have noticed', async (t) => {
  const service = await start(t, { environment: { DRAIN_SECONDS: '2' } })
  const { port } = await service.ready()
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const ignored = service.nextLogLine(/SIGHUP ignored/)
  service.kill('SIGHUP')
  await ignored
  await sendRequest(port, agent)

  const draining = service.nextLogLine(/draining started/)
  service.kill('SIGTERM')
  t.match(await draining, { seconds: 2 })
  const ready = await sendRequest(port, agent, '/health/ready')
  t.match([ready.statusCode, ready.headers.connection], [503, 'keep-alive'])
  t.equal(ready.headers['retry-after'], '1')
  const registration = await beginRegistration(port, 'ada', new Agent())

  await untilRefused(port)
  registration.send()
  const registered = await registration.answered
  t.match([registered.statusCode, registered.headers.connection], [201, 'close'])
  const { code, stdout } = await service.exited
  t.equal(code, 0)
  t.notMatch(stdout.join(''), /"level":[56]0/, 'this is no error')
  t.match(stdout.join(''), /"draining ended".*"service stopped"/)
})

t.test('Ctrl+C does not wait for load balancers', async (t) => {
  const service = await start(t, { environment: { DRAIN_SECONDS: '3600' } })
  await service.ready()
  service.kill('SIGINT')
  t.match(await service.exited, { code: 0 })
})

t.test('a stalled reader of the log blocks neither requests nor SIGTERM (O1)', async (t) => {
  // The last line is truncated where the pipe was full.
  const service = await start(t, { isKept: false })
  const { url } = await service.ready()
  service.stopReading()
  const longPath = 'x'.repeat(15_000)
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/${longPath}`)))
    t.ok(answers.every(({ status }) => status === 404))
  }
  t.equal((await fetch(`${url}/health/live`)).status, 200)
  service.kill('SIGTERM')
  t.equal(await service.exitCode, 0)
  service.readOn()
  const { stdout, stderr } = await service.exited
  t.match(stderr, [/^Latchkey is ready/, /^Log lines cannot be written: the reader of standard output has stopped/])
  t.equal(stderr.length, 2)
  t.ok(requestLinesIn(stdout.slice(0, -1)).length < 400, 'lines were dropped')
})

t.test('SIGTERM ends a start that waits for the database, and the log says that it is waiting (O2)', async (t) => {
  const folder = await emptyFolder(t)
  await mkdir(join(folder, 'data'))
  await lockedByAnother(t, join(folder, 'data/latchkey.db'))
  const service = await start(t, { folder })
  await service.nextLogLine(/"waiting for the database: another program is migrating or locking it/)
  service.kill('SIGTERM')
  t.match(await service.exited, { code: 143, signal: null, stderr: [] }, 'a signal handler ends it, which PID 1 needs')
})

/** A request that has reached its handler (told to continue) and whose body has not been sent yet. */
async function beginRegistration(port: number, username: string, agent: Agent) {
  const body = JSON.stringify({ username, password: secretFor(username) })
  const begun = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/auth/users',
    agent,
    headers: { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' },
  })
  const answered = once(begun, 'response').then(([response]: IncomingMessage[]) => response!)
  begun.flushHeaders()
  await once(begun, 'continue')
  return { answered, send: () => begun.end(body) }
}

/** Sends a request; an agent with keep-alive then holds an idle connection. */
async function sendRequest(port: number, agent: Agent, path = '/health/live'): Promise<IncomingMessage> {
  const [response] = await once(request({ port, host: '127.0.0.1', path, agent }).end(), 'response')
  await text(response)
  return response
}

/** The lines about requests. */
function requestLinesIn(lines: string[]) {
  return lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request completed')
}
