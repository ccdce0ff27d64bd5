import { sql } from 'kysely'
import t, { type Test } from 'tap'
import type { Statement } from '../../src/store/observe-statements.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { build, createPostgresDatabase, getMe, query, refresh, register, secretFor } from '../support/build.ts'
import { signedUp, signIn, testTiming } from '../support/build.ts'
import { deferred } from '../support/deferred.ts'
import { connectedTo, lockAwaited } from '../support/postgres.ts'

t.test('when all connections for transactions are in use, writes are rejected at once, reads continue', async (t) => {
  const url = await createPostgresDatabase(t)
  const { app, lines } = await build(t, {
    environment: {
      DATABASE_URL: url,
      MASTER_KEY: secretFor('master key'),
      DATABASE_POOL_SIZE: '4',
      DATABASE_QUEUE_MS: '0',
    },
  })
  const ada = await signedUp(app, 'ada')
  const holder = await connectedTo(t, url)
  // Reads continue, inserts wait.
  await holder.query('begin; lock table sessions in share mode')
  const waiting = []
  for (let signIns = 1; signIns <= 3; signIns++) {
    waiting.push(signIn(app, 'ada'))
    await lockAwaited(url, signIns)
  }

  const rejected = await Promise.all([refresh(app, ada.refresh_token), register(app, 'alan'), signIn(app, 'ada')])
  for (const response of rejected) {
    t.equal(response.statusCode, 503)
    t.match(response.headers['retry-after'], /^\d+$/)
    t.match(response.json(), { code: 'temporarily_unavailable' })
  }
  for (const response of await Promise.all([getMe(app, ada.access_token), app.inject('/health/ready')])) {
    t.equal(response.statusCode, 200)
  }

  await holder.query('commit')
  for (const { statusCode } of await Promise.all(waiting)) t.equal(statusCode, 200)
  t.equal((await refresh(app, ada.refresh_token)).statusCode, 200, 'nothing was changed')
  await app.close()
  const problems = lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40)
  t.match(problems, [{ level: 40, msg: 'database pool exhausted, requests rejected', refused: 3, poolSize: 4 }])
})

t.test('a transaction that completes a request waits for a connection instead of being rejected', async (t) => {
  const url = await createPostgresDatabase(t)
  const store = await open(t, url, { databaseQueueMs: 0 }, { poolSize: 2 })
  const { promise: continued, resolve: proceed } = deferred()
  const { promise: hasBegun, resolve: begin } = deferred()
  const first = store.write(async () => {
    begin()
    await continued
  })
  await hasBegun
  const completion = store.complete(async () => 'completed')
  await t.rejects(writeState(store, 'rejected'), { code: 'temporarily_unavailable', statusCode: 503 })
  proceed()
  t.equal(await completion, 'completed')
  await first
})

t.test('an instance that stops in the middle of a transaction loses it, and the others continue', async (t) => {
  const url = await createPostgresDatabase(t)
  const stopped = await open(t, url, { databaseIdleTransactionMs: 100 })
  const other = await open(t, url)
  await writeState(other, 'before')
  const { promise: continued, resolve: proceed } = deferred()
  const { promise: isLocked, resolve: lock } = deferred()
  const stoppedWrite = stopped.write(async (db) => {
    await db.updateTable('state').set({ value: 'lost' }).execute()
    lock()
    await continued
    await db.updateTable('state').set({ value: 'lost' }).execute()
  })
  await isLocked
  await writeState(other, 'written')
  proceed()
  await t.rejects(stoppedWrite, { code: 'temporarily_unavailable' })
  t.equal(await readState(stopped), 'written')
  await writeState(stopped, 'written again')
})

t.test('behind a lock that is never released, only transactions that need it are rejected', async (t) => {
  const url = await createPostgresDatabase(t)
  const store = await open(t, url, { databaseLockMs: 20 })
  await writeState(store, 'before')
  const holder = await connectedTo(t, url)
  await holder.query('begin; select * from state for update')
  await t.rejects(writeState(store, 'rejected'), { code: 'temporarily_unavailable', statusCode: 503 })
  await store.write((db) => db.insertInto('state').values({ name: 'issuer', value: 'another row' }).execute())
  await holder.query('commit')
  await writeState(store, 'written')
})

t.test('a statement that takes too long is ended by PostgreSQL, which keeps the connection', async (t) => {
  const store = await open(t, await createPostgresDatabase(t), { databaseStatementMs: 20 })
  const before = await store.write(backendOf)
  await t.rejects(
    store.write((db) => sql`select pg_sleep(60)`.execute(db)),
    { code: 'temporarily_unavailable', statusCode: 503, cause: { code: '57014' } },
  )
  t.strictSame(await store.write(backendOf), before)
})

t.test('time limits end with the transaction, and with 0 those of the role apply', async (t) => {
  const url = await createPostgresDatabase(t)
  await query(url, `alter database ${new URL(url).pathname.slice(1)} set lock_timeout = '77ms'`)
  const limitsOf = async (run: Store['read']) =>
    run(async (db) => {
      const { rows } = await sql<object>`select current_setting('statement_timeout') as statement,
        current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle`.execute(db)
      return rows[0]
    })
  const limited = { databaseStatementMs: 11_000, databaseLockMs: 12_000, databaseIdleTransactionMs: 13_000 }
  const store = await open(t, url, limited)
  t.strictSame(await limitsOf(store.write), { statement: '11s', lock: '12s', idle: '13s' })
  t.strictSame(await limitsOf(store.read), { statement: '0', lock: '77ms', idle: '0' })

  const unlimited = await open(t, url, { databaseStatementMs: 0, databaseLockMs: 0, databaseIdleTransactionMs: 0 })
  t.strictSame(await limitsOf(unlimited.write), { statement: '0', lock: '77ms', idle: '0' })
})

t.test('a read that gets no connection is not reported as a statement', async (t) => {
  const url = await createPostgresDatabase(t)
  const failed: string[] = []
  const onStatement = ({ sql, hasFailed }: Statement) => {
    if (hasFailed) failed.push(sql)
  }
  const store = await open(t, url, { databaseQueueMs: 0 }, { poolSize: 2, onStatement })
  const read = store.prepare((db) => db.selectFrom('state').select('value').limit(1))
  const holder = await connectedTo(t, url)
  await holder.query('begin; lock table state')
  const waiting = [read(1), read(1)]
  await lockAwaited(url, 2)
  await t.rejects(read(1), { code: 'temporarily_unavailable', statusCode: 503 })
  await holder.query('commit')
  await Promise.all(waiting)
  t.strictSame(failed, [])
})

type Options = NonNullable<Parameters<typeof openStore>[2]>

async function open(t: Test, url: string, limits: object = {}, options: Options = {}) {
  const store = await openStore(url, { ...testTiming, ...limits }, options)
  t.teardown(() => store.close())
  return store
}

function writeState(store: Store, value: string) {
  return store.write((db) =>
    db
      .insertInto('state')
      .values({ name: 'key_type', value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute(),
  )
}

function readState(store: Store) {
  return store.read(async (db) => (await db.selectFrom('state').select('value').executeTakeFirst())?.value)
}

const backendOf: Parameters<Store['write']>[0] = async (db) =>
  (await sql<object>`select pg_backend_pid() as pid`.execute(db)).rows
