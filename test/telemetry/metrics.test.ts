import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { loggerOptions } from '../../plugins/logging.ts'
import { createMetricsServer } from '../../src/metrics-server.ts'
import latchkey from '../../src/plugin.ts'
import { build, buildWithSql, postForm, register, signedUp, signIn } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { connectedTo } from '../support/postgres.ts'
import { readMetrics, withPromtool } from '../support/metrics.ts'

const metricsOn = { METRICS: 'on' }

async function metricsOf(app: FastifyInstance) {
  return readMetrics(await app.latchkey.metrics())
}

/** Compares the sums of samples, each given as name and labels. */
async function equalSums(
  t: Test,
  app: FastifyInstance,
  expected: [name: string, labels: Record<string, string>, sum: number | undefined][],
) {
  const metrics = await metricsOf(app)
  for (const [name, labels, sum] of expected) {
    t.equal(metrics.sum(name, labels), sum, `${name} ${JSON.stringify(labels)}`)
  }
}

t.test('metrics count requests, sign-ins, hashes, statements, e-mails and keys', async (t) => {
  const { app } = await build(t, { database: 'postgres', environment: metricsOn })
  await register(app, 'ada', { email: 'ada@example.com' })
  const { access_token: token } = await signedUp(app, 'ada')
  await signIn(app, 'ada', { password: 'wrong' })
  await signIn(app, 'grace')
  await app.inject({ url: '/auth/users/0190aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa', headers: { authorization: 'Bearer x' } })
  await app.inject({ url: '/no/such/page?q=1' })
  await app.latchkey.housekeep()

  await equalSums(t, app, [
    ['latchkey_http_requests_total', { method: 'POST', route: '/auth/token', status: '200' }, 1],
    ['latchkey_http_requests_total', { method: 'POST', route: '/auth/token', status: '401' }, 2],
    ['latchkey_http_requests_total', { route: '/auth/users/:id', status: '401' }, 1],
    ['latchkey_http_requests_total', { route: 'none', status: '404' }, 1],
    ['latchkey_http_request_duration_seconds_count', { method: 'POST', route: '/auth/token' }, 3],
    ['latchkey_sign_ins_total', { outcome: 'succeeded', factor: 'password' }, 1],
    ['latchkey_sign_ins_total', { outcome: 'failed', reason: 'wrong' }, 1],
    ['latchkey_sign_ins_total', { outcome: 'failed', reason: 'no_such_account' }, 1],
    ['latchkey_events_total', { event: 'registered', outcome: 'success', severity: 'notice' }, 1],
    ['latchkey_password_hash_duration_seconds_count', {}, 4],
    ['latchkey_password_hash_wait_seconds_count', {}, 4],
    ['latchkey_password_hashes', { state: 'waiting' }, 0],
    ['latchkey_mails_total', { kind: 'verify_email', outcome: 'sent' }, 1],
    ['latchkey_outbox_messages', {}, 0],
    ['latchkey_outbox_oldest_age_seconds', {}, 0],
    ['latchkey_signing_keys', { stage: 'signing' }, 1],
    ['latchkey_signing_key_age_seconds', { stage: 'signing', alg: 'ES256' }, 0],
    ['latchkey_key_rotation_seconds', {}, 90 * 24 * 60 * 60],
    ['latchkey_database_up', {}, 1],
    ['latchkey_database_waiting', {}, 0],
    ['latchkey_database_statement_errors_total', {}, 0],
  ])
  const metrics = await metricsOf(app)
  for (const operation of ['begin', 'commit', 'insert', 'select', 'update']) {
    t.ok(metrics.sum('latchkey_database_statement_duration_seconds_count', { operation }), operation)
  }
  t.ok(metrics.sum('latchkey_database_connections', { state: 'idle' }))
  t.ok(metrics.sum('nodejs_eventloop_lag_p99_seconds'), 'the service has the metrics of its process')
  t.notMatch(await app.latchkey.metrics(), /\b(ada|grace|0190aaaa|127\.0\.0\.1|such)\b/, 'no personal data')
  t.notMatch(await app.latchkey.metrics(), token)
  t.equal((await app.inject({ url: '/metrics' })).statusCode, 404, 'they are not on the public port')
})

t.test('an instance knows its signing key before the first request', async (t) => {
  const { app } = await build(t, { environment: metricsOn })
  await equalSums(t, app, [['latchkey_signing_keys', { stage: 'signing' }, 1]])
})

t.test('an event counts once, whether it is recorded, or left out because there are too many', async (t) => {
  const { app } = await build(t, { environment: metricsOn })
  const authorization = `Basic ${Buffer.from('unknown:client').toString('base64')}`
  const event = ['latchkey_events_total', { event: 'client_authentication_failed', severity: 'alarm' }] as const
  await equalSums(t, app, [[...event, 0]])
  for (let n = 0; n < 70; n++) await postForm(app, '/auth/introspect', { token: 'x' }, { authorization })
  await equalSums(t, app, [[...event, 70]])
  await app.latchkey.housekeep()
  await equalSums(t, app, [[...event, 70]])
})

t.test('undelivered e-mails age, and a database that does not respond does not stop the metrics', async (t) => {
  const sendMail = async () => {
    throw new Error('The mail server is down.')
  }
  const { app, clock, databaseUrl } = await buildWithSql(t, 'postgres', metricsOn, { sendMail })
  await register(app, 'ada', { email: 'ada@example.com' })
  await app.latchkey.housekeep()
  clock.advance(90_000)
  await equalSums(t, app, [
    ['latchkey_mails_total', { outcome: 'failed' }, 1],
    ['latchkey_mails_total', { outcome: 'abandoned' }, 0],
    ['latchkey_outbox_messages', {}, 1],
    ['latchkey_outbox_oldest_age_seconds', {}, 90],
  ])

  const locker = await connectedTo(t, databaseUrl)
  await locker.query('begin; lock table outbox in access exclusive mode')
  // A sample is shared for a second.
  clock.advance(1_000)
  const metrics = await metricsOf(app)
  t.equal(metrics.sum('latchkey_database_up'), 0)
  t.ok(Number.isNaN(metrics.sum('latchkey_outbox_messages')), 'unknown, not zero')
  t.equal(metrics.sum('latchkey_mails_total', { outcome: 'failed' }), 1)
})

t.test('a host gets the metrics of its mount only, and an error if they are off', async (t) => {
  const app = createHost(t)
  app.decorate<unknown>('telemetry', 'of the host')
  await app.register(latchkey, { ...mountOptions, metrics: true })
  await app.register(latchkey, { ...mountOptions, name: 'other', prefix: '/other' })
  app.get('/shoes', async () => 'shoes')
  await app.ready()
  await app.inject({ url: '/shoes' })
  await app.inject({ url: '/auth/users/me' })
  await app.inject({ url: '/other/users/me' })

  const { samples, sum } = await metricsOf(app)
  t.ok(samples.every(({ name }) => name.startsWith('latchkey_')))
  t.equal(sum('latchkey_http_requests_total'), 1)
  t.equal(sum('latchkey_http_requests_total', { route: '/auth/users/me', status: '401' }), 1)
  const other: unknown = Reflect.get(app, 'other')
  t.ok(isMount(other))
  if (isMount(other)) await t.rejects(other.metrics(), { message: /Set the option metrics to true/ })
})

function isMount(value: unknown): value is Pick<FastifyInstance['latchkey'], 'metrics'> {
  return typeof value === 'object' && value !== null && 'metrics' in value
}

t.test('a failed scrape is logged', async (t) => {
  const lines: string[] = []
  const app = createHost(t, { logger: loggerOptions('info', { write: (line) => lines.push(line) }) })
  // Its metrics are off.
  await app.register(latchkey, mountOptions)
  const server = createMetricsServer(app)
  t.equal((await server.inject('/metrics')).statusCode, 500)
  t.match(JSON.parse(lines.at(-1) ?? ''), { level: 50, msg: 'metrics failed', err: { message: /metrics/ } })
})

withPromtool(t, 'promtool finds no fault with the names, types and help texts of the metrics', async (t, promtool) => {
  const { app } = await build(t, { environment: metricsOn })
  await signedUp(app, 'ada')
  const { output } = await promtool(['check', 'metrics'], await app.latchkey.metrics())
  // The library's own metrics of Node.js have names that it keeps for compatibility.
  t.strictSame(
    output.split('\n').filter((line) => line !== '' && !line.startsWith('nodejs_')),
    [],
  )
})
