// @lane in-process alone
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import fastify, { LogController } from 'fastify'
import t from 'tap'
import logging, { loggerOptions } from '../../plugins/logging.ts'
import telemetry from '../../plugins/telemetry.ts'
import { portOf } from '../../src/listen.ts'
import latchkey from '../../src/plugin.ts'
import { build, getMe, onBoth, postForm, register, secretFor, signedUp } from '../support/build.ts'
import { deferred } from '../support/deferred.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { readMetrics } from '../support/metrics.ts'

const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
provider.register()
t.teardown(() => provider.shutdown())
t.beforeEach(() => exporter.reset())

const callers = {
  ada: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
  grace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
}

type Caller = keyof typeof callers

function spansOf(caller: Caller): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === callers[caller].traceId)
}

function namesOf(spans: ReadableSpan[]) {
  return spans.map(({ name }) => name)
}

onBoth(t, 'a request continues the trace of its caller, with its hashes and statements', async (t, database) => {
  const { app } = await build(t, { database, traces: true })
  for (const name of ['ada', 'grace']) await register(app, name, { email: `${name}@example.com` })
  exporter.reset()
  const traceOf = (name: Caller) => ({ traceparent: `00-${callers[name].traceId}-${callers[name].spanId}-01` })
  const signIn = (name: Caller) =>
    postForm(app, '/auth/token', { username: name, password: secretFor(name) }, traceOf(name))
  // At the same time, so that SQLite commits them together.
  const [ada, grace] = await Promise.all([signIn('ada'), signIn('grace')])
  for (const { statusCode } of [ada, grace]) t.equal(statusCode, 200)

  for (const name of ['ada', 'grace'] as const) {
    const spans = spansOf(name)
    const [request] = spans.filter(({ kind }) => kind === SpanKind.SERVER)
    t.match(request, {
      name: 'POST /auth/token',
      parentSpanContext: { spanId: callers[name].spanId },
      attributes: { 'http.route': '/auth/token', 'http.response.status_code': 200 },
    })
    const parts = spans.filter((span) => span !== request)
    for (const part of parts) t.equal(part.parentSpanContext?.spanId, request?.spanContext().spanId, part.name)
    t.equal(namesOf(parts).filter((part) => part === 'hash password').length, 1)
    t.ok(namesOf(parts).includes('INSERT'), 'the statements of its own transaction')
    t.notMatch(JSON.stringify(parts.map(({ attributes }) => attributes)), /ada|grace|example\.com|not-for-logs/)
  }

  exporter.reset()
  const me = (name: Caller, { access_token: token }: { access_token: string }) =>
    app.inject({
      url: '/auth/users/me',
      headers: { authorization: `Bearer ${token}`, ...traceOf(name) },
    })
  // At the same time, so that SQLite reads in one transaction for both.
  await Promise.all([me('ada', ada.json()), me('grace', grace.json())])
  t.strictSame(namesOf(spansOf('ada')), ['SELECT', 'GET /auth/users/me'])
  t.strictSame(namesOf(spansOf('grace')), ['SELECT', 'GET /auth/users/me'])

  await app.latchkey.housekeep()
  const mails = exporter.getFinishedSpans().filter(({ name }) => name === 'send mail')
  t.match(mails[0]?.attributes, { 'latchkey.mail.kind': 'verify_email', 'latchkey.mail.outcome': 'sent' })
})

t.test('without `traces` there are no spans, and with it, requests belong to the span of the host', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, mountOptions)
  await app.ready()
  const { access_token: token } = await signedUp(app, 'ada')
  t.equal((await getMe(app, token)).statusCode, 200)
  t.strictSame(namesOf([...exporter.getFinishedSpans()]), [])

  const tracing = createHost(t)
  await tracing.register(latchkey, { ...mountOptions, traces: true })
  await tracing.ready()
  const tracer = trace.getTracer('the host')
  await tracer.startActiveSpan('of the host', async (span) => {
    t.equal((await getMe(tracing, token)).statusCode, 401)
    span.end()
  })
  const [request] = exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.SERVER)
  const [host] = exporter.getFinishedSpans().filter(({ name }) => name === 'of the host')
  t.equal(request?.parentSpanContext?.spanId, host?.spanContext().spanId)
  t.not(request?.status.code, SpanStatusCode.ERROR, 'a rejected token is not an error of the server')
})

t.test('the export of traces ends after the database has closed, so that no span is lost', async (t) => {
  let hasEnded = false
  const { app } = await build(t, {
    traces: true,
    endTraces: async () => {
      hasEnded = true
      await t.rejects(app.latchkey.checkReady())
    },
  })
  await app.close()
  t.ok(hasEnded)
})

t.test('a request whose connection closes before the response ends once, with status 499', async (t) => {
  const statuses: Record<string, number[]> = {}
  const ended = { '/working': deferred(), '/streaming': deferred(), '/large': deferred(), '/complete': deferred() }
  const write = (line: string) => {
    const { msg, path, status } = JSON.parse(line)
    if (msg !== 'request completed' || !isPath(path)) return
    statuses[path] = [...(statuses[path] ?? []), status]
    ended[path].resolve()
  }
  const isPath = (path: string): path is keyof typeof ended => path in ended
  const app = fastify({
    logger: loggerOptions('info', { write }),
    logController: new LogController({ disableRequestLogging: true }),
  })
  t.teardown(() => app.close())
  await app.register(logging)
  await app.register(telemetry, { metrics: true, traces: true, keyRotationDays: 90, isService: false, now: Date.now })
  const [begun, released] = [deferred(), deferred()]
  app.get('/working', async () => {
    begun.resolve()
    await released.promise
    return 'too late'
  })
  app.get('/streaming', async (_request, reply) => reply.send(Readable.from(endless())))
  app.get('/large', async () => 'x'.repeat(50_000_000))
  app.get('/complete', async () => 'complete')
  await app.listen({ host: '127.0.0.1', port: 0 })

  for (const path of Object.keys(ended).filter(isPath)) {
    const client = connect(Number(portOf(app)), '127.0.0.1')
    client.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    await (path === '/working' ? begun.promise : once(client, 'data'))
    client.destroy()
    await ended[path].promise
  }
  released.resolve()
  await app.close()

  t.strictSame(statuses, { '/working': [499], '/streaming': [499], '/large': [499], '/complete': [200] })
  const { sum } = readMetrics((await app.telemetry.metrics?.read()) ?? '')
  t.equal(sum('latchkey_http_requests_total', { status: '499' }), 3)
  t.equal(sum('latchkey_http_requests_total'), 4)
  t.equal(sum('latchkey_http_request_duration_seconds_count'), 4)
  t.strictSame(
    exporter.getFinishedSpans().map(({ attributes }) => attributes['http.response.status_code']),
    [499, 499, 499, 200],
  )
})

async function* endless() {
  for (;;) yield 'x'
}
