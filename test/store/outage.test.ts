import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  build,
  createEmptyPostgresDatabase,
  createPostgresDatabase,
  getMe,
  query,
  register,
  secretFor,
  signedUp,
  signIn,
  testTiming,
} from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { connectedTo, inFrontOf, isLetGo } from '../support/postgres.ts'

t.test('while PostgreSQL is down, every request is a 503 with Retry-After, and the service recovers', async (t) => {
  const proxy = await inFrontOf(t, await createPostgresDatabase(t))
  const { app } = await buildOn(t, proxy.url)
  const ada = await signedUp(app, 'ada')
  await proxy.close()
  await checkUnavailable(t, app, ada.access_token)
  await checkUnavailable(t, app, ada.access_token)
  await proxy.open()
  await checkAvailable(t, app, ada.access_token)
})

t.test('the log says in few words why requests and jobs fail, and when the database responds again', async (t) => {
  const timers = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  const started: (() => void)[] = []
  const tick = async () => {
    for (const { args } of timers()) started.push(args[0])
    for (const run of started) run()
    await setImmediate()
  }
  const proxy = await inFrontOf(t, await createPostgresDatabase(t))
  const { app, lines } = await buildOn(t, proxy.url, { ...testTiming, hasTimers: true })
  const logged = (message: string) => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message)
  await proxy.close()
  for (const name of ['ada', 'grace']) t.equal((await register(app, name)).statusCode, 503)
  while (logged('background job failed').length < 3) await tick()
  for (const line of logged('background job failed')) t.match(line, { reason: /ECONNREFUSED/, err: undefined })
  t.strictSame(logged('database responds again'), [])
  await proxy.open()
  while (logged('database responds again').length === 0) await tick()
  t.match(logged('database responds again'), [{ level: 30, requests: 2 }])
  t.equal((await register(app, 'ada')).statusCode, 201)
})

t.test('after a restart of PostgreSQL at most one request is a 503', async (t) => {
  const proxy = await inFrontOf(t, await createPostgresDatabase(t))
  const { app } = await buildOn(t, proxy.url)
  const ada = await signedUp(app, 'ada')
  await proxy.close()
  await proxy.open()
  t.ok([200, 503].includes((await getMe(app, ada.access_token)).statusCode))
  await checkAvailable(t, app, ada.access_token)
})

t.test('a PostgreSQL that does not answer causes a 503 after a while, and the service reconnects', async (t) => {
  const proxy = await inFrontOf(t, await createPostgresDatabase(t))
  const { app } = await buildOn(t, proxy.url, { ...testTiming, databaseQueryMs: 2_000 })
  const ada = await signedUp(app, 'ada')
  proxy.fallSilent()
  const responses = await Promise.all([
    app.inject({ url: '/health/ready' }),
    getMe(app, ada.access_token),
    register(app, 'alan'),
    signIn(app, 'ada'),
  ])
  for (const response of responses) {
    if (response.statusCode === 200 || response.statusCode === 201) continue
    t.equal(response.statusCode, 503)
    t.match(response.headers['retry-after'], /^\d+$/)
  }
  await checkAvailable(t, app, ada.access_token)
})

t.test('requests that wait for a locked table end within databaseRequestMs, in one log line (O5)', async (t) => {
  const url = await createPostgresDatabase(t)
  const { app, lines } = await buildOn(t, url, { ...testTiming, databaseRequestMs: 500 })
  const ada = await signedUp(app, 'ada')
  const holder = await connectedTo(t, url)
  await holder.query('begin; lock table throttles, sessions')
  const responses = await Promise.all([
    signIn(app, 'ada'),
    signIn(app, 'nobody'),
    register(app, 'alan'),
    ...Array.from({ length: 30 }, () => getMe(app, ada.access_token)),
  ])
  for (const { statusCode, headers } of responses) {
    t.equal(statusCode, 503)
    t.match(headers['retry-after'], /^\d+$/)
  }
  t.match(responses[0]?.json(), { error: 'temporarily_unavailable' })
  const failures = () => lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50)
  const failed = failures()
  t.match(failed[0], { msg: 'requests failed', requests: 1, reason: /did not answer/, err: undefined })
  t.ok(failed.length < responses.length / 3)
  await holder.query('commit')
  t.equal((await signIn(app, 'ada')).statusCode, 200)
  const again = lines.filter((line) => line.includes('already sent'))
  t.strictSame(again, [], 'the earlier sign-in has finished, and does not respond again')

  await app.close()
  const counted = failures().reduce((sum, { requests }) => sum + requests, 0)
  t.equal(counted, responses.length, 'closing logs the requests not yet counted')
  t.match(await query(url, 'select username from users'), [{ username: 'ada' }], 'none is made later')
  t.equal((await query(url, "select 1 from events where event = 'signed_in'")).length, 2, 'nor signed in')
})

t.test('a PostgreSQL that ends all connections causes a 503 until it accepts new ones', async (t) => {
  const role = await createLimitedRole(t)
  const { app } = await buildOn(t, role.url)
  const ada = await signedUp(app, 'ada')
  await role.limitConnections(0)
  await checkUnavailable(t, app, ada.access_token)
  await role.limitConnections(20)
  await checkAvailable(t, app, ada.access_token)
})

t.test('a PostgreSQL that cannot be reached at startup is reported in one line, without the password', async (t) => {
  const unreachable = await inFrontOf(t, await createPostgresDatabase(t))
  await unreachable.close()
  const wrong = new URL(await createPostgresDatabase(t))
  const nowhere = Object.assign(new URL(wrong), { pathname: '/nowhere' }).href
  wrong.password = 'not-for-logs'
  for (const [url, reason] of [
    [unreachable.url, /ECONNREFUSED .*\. Check that the server is running/],
    [wrong.href, /password .*\. Correct the user and password/],
    [nowhere, /"nowhere" does not exist\. Correct the name in DATABASE_URL, or create the database/],
    [`${wrong.href}?sslmode=verify-full`, /self-signed certificate/],
    [`${wrong.href}?sslmode=verify-full&sslrootcert=/nowhere/root.pem`, /\/nowhere\/root\.pem/],
  ] as const) {
    await t.rejects(buildOn(t, url), {
      code: 'start_refused',
      faults: [new RegExp(`^The database \\w+ at ${new URL(url).host} cannot be used: .*${reason.source}`)],
    })
  }
  const { code, stdout, stderr } = await runCommand(t, {
    parameters: ['start'],
    environment: { DATABASE_URL: wrong.href, MASTER_KEY: secretFor('master key') },
  })
  t.strictSame([code, stdout], [1, ''])
  t.match(stderr, /^Latchkey did not start\.\n- The database .*password.*$/)
})

t.test('a failed start disconnects from PostgreSQL', async (t) => {
  const url = await createPostgresDatabase(t)
  await (await buildOn(t, url)).app.close()
  await t.rejects(build(t, { environment: { DATABASE_URL: url, MASTER_KEY: secretFor('another key') } }), {
    code: 'start_refused',
    faults: [/^MASTER_KEY is not the one/],
  })
  await isLetGo(t, url)
})

type Service = Awaited<ReturnType<typeof build>>['app']

async function checkUnavailable(t: Test, app: Service, token: string) {
  for (const response of [
    await app.inject({ url: '/health/ready' }),
    await getMe(app, token),
    await register(app, 'grace'),
    await signIn(app, 'ada'),
  ]) {
    t.equal(response.statusCode, 503)
    t.match(response.headers['retry-after'], /^\d+$/)
    t.match(response.json(), { code: 'temporarily_unavailable' })
    t.notMatch(response.body, /ECONN|terminated|connect/i)
  }
  t.equal((await app.inject({ url: '/health/live' })).statusCode, 200)
}

async function checkAvailable(t: Test, app: Service, token: string) {
  for (let round = 0; round < 2; round++) {
    t.equal((await app.inject({ url: '/health/ready' })).statusCode, 200)
    t.equal((await getMe(app, token)).statusCode, 200)
    t.equal((await register(app, `grace${round}`)).statusCode, 201)
    t.equal((await signIn(app, 'ada')).statusCode, 200)
  }
}

function buildOn(t: Test, url: string, timing = testTiming) {
  return build(t, { environment: { DATABASE_URL: url, MASTER_KEY: secretFor('master key') }, timing })
}

/** A database with its own role, whose connections can be ended and limited. */
async function createLimitedRole(t: Test) {
  const name = `guest_${randomUUID().replaceAll('-', '')}`
  const server = process.env.TEST_POSTGRES_URL ?? ''
  await query(server, `create role ${name} login password '${name}'`)
  t.teardown(() => query(server, `drop role ${name}`))
  const url = new URL(await createEmptyPostgresDatabase(t))
  await query(url.href, `grant all on schema public to ${name}`)
  url.username = url.password = name
  return {
    url: url.href,
    limitConnections: async (connections: number) => {
      await query(server, `alter role ${name} connection limit ${connections}`)
      await query(server, `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${name}'`)
    },
  }
}
