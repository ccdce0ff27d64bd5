import t from 'tap'
import {
  build,
  day,
  getMe,
  hour,
  onBoth,
  query,
  refresh,
  register,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../support/build.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { newToken } from '../support/keys.ts'

const count = async (databaseUrl: string, table: string, where = 'true') => {
  const [row] = await query<{ n: number }>(
    databaseUrl,
    `select cast(count(*) as integer) as n from ${table} where ${where}`,
  )
  return row!.n
}

onBoth(t, 'in a year of sign-ins neither sessions nor keys become more than those that live', async (t, database) => {
  const place = await placeOf(t, database)
  const idleDays = 7
  const { app, clock } = await build(t, {
    environment: { ...place, SESSION_IDLE_DAYS: String(idleDays), KEY_ROTATION_DAYS: '10' },
  })
  const people = ['ada', 'alan', 'grace']
  for (const name of people) await register(app, name)

  const most = { sessions: 0, keys: 0 }
  for (let today = 2; today <= 365; today += 2) {
    const { refresh_token: token } = (await signIn(app, people[today % people.length]!)).json<TokenResponse>()
    if (today % 6 === 0) await refresh(app, token)
    clock.advance(2 * day)
    if (today % 12 !== 0) continue
    await app.latchkey.housekeep()
    most.sessions = Math.max(most.sessions, await count(place.DATABASE_URL, 'sessions'))
    most.keys = Math.max(most.keys, await count(place.DATABASE_URL, 'signing_keys'))
  }
  // What a cleaning leaves are the sign-ins of as many days as a session lives that nobody uses.
  t.ok(most.sessions <= idleDays / 2, `${most.sessions} sessions`)
  // The one that signs, and either the next, which waits, or the former, whose tokens live.
  t.ok(most.keys <= 2, `${most.keys} keys`)

  clock.advance(idleDays * day)
  await app.latchkey.housekeep()
  t.equal(await count(place.DATABASE_URL, 'sessions'), 0)
})

/** Sessions of ada's that end at that time. */
async function addSessions(database: DatabaseKind, databaseUrl: string, count: number, expiresAt: number) {
  const numbers =
    database === 'sqlite'
      ? `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})`
      : `with numbers (n) as (select generate_series(1, ${count}))`
  await query(
    databaseUrl,
    `${numbers}
    insert into sessions (id, user_id, client_id, scope, nonce, created_at, used_at, expires_at)
    select 'made ${expiresAt} ' || n, users.id, 'latchkey', 'account', '', 0, 0, ${expiresAt} from numbers, users
    where users.username = 'ada'`,
  )
}

onBoth(
  t,
  'sessions past their end are removed while others sign up and in, and those that live stay',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app, clock, lines } = await build(t, { environment: place })
    await register(app, 'ada')
    const token = await newToken(app)
    await addSessions(database, place.DATABASE_URL, 1500, clock.now())
    await addSessions(database, place.DATABASE_URL, 1, clock.now() + 1)
    await addSessions(database, place.DATABASE_URL, 1, clock.now() + hour)
    await register(app, 'grace')

    const [, registered, signedIn, known] = await Promise.all([
      app.latchkey.housekeep(),
      register(app, 'alan'),
      signIn(app, 'grace'),
      getMe(app, token),
      app.latchkey.housekeep(),
    ])
    t.strictSame([registered.statusCode, signedIn.statusCode, known.statusCode], [201, 200, 200])
    t.equal(
      await count(place.DATABASE_URL, 'sessions', `expires_at <= ${clock.now()}`),
      0,
      'all that are over, however many slices that takes',
    )
    t.equal(
      await count(place.DATABASE_URL, 'sessions'),
      4,
      'and no other: one that ends in a moment, one in an hour, ada’s and grace’s',
    )
    t.equal((await getMe(app, token)).statusCode, 200)
    t.notMatch(lines.join(''), /"level":[456]0/)
  },
)

t.test('what is over is removed in slices of which each is a short statement of its own', async (t) => {
  const place = await placeOf(t, 'postgres')
  const { app, clock } = await build(t, { environment: place })
  await register(app, 'ada')
  await addSessions('postgres', place.DATABASE_URL, 1001, clock.now())
  await query(
    place.DATABASE_URL,
    `
    create table slices (transaction bigint, n integer);
    create function note() returns trigger language plpgsql as $$ begin
      insert into slices select txid_current(), count(*) from gone; return null; end $$;
    create trigger note after delete on sessions referencing old table as gone
      for each statement execute function note()`,
  )
  await app.latchkey.housekeep()
  t.equal(await count(place.DATABASE_URL, 'sessions'), 0)
  const slices = await query<{ n: number }>(
    place.DATABASE_URL,
    'select sum(n)::integer as n from slices group by transaction',
  )
  t.ok(slices.length >= 5)
  t.ok(
    slices.every(({ n }) => n <= 200),
    'of at most 200 sessions in a transaction',
  )
})

t.test('on SQLite, others write between the slices', async (t) => {
  const place = await placeOf(t)
  const { app, clock } = await build(t, { environment: place })
  await register(app, 'ada')
  await addSessions('sqlite', place.DATABASE_URL, 3000, clock.now())
  const cleaning = { isOver: false }
  const done = app.latchkey.housekeep().then(() => {
    cleaning.isOver = true
  })
  const left: number[] = []
  while (!cleaning.isOver) {
    left.push(await count(place.DATABASE_URL, 'sessions'))
    // Another program, to whom the file is not locked for long.
    await query(place.DATABASE_URL, `update users set name = '${left.length}' where username = 'ada'`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await done
  t.ok(
    left.some((n) => n > 0 && n < 3000),
    `seen on the way: ${left.join(', ')}`,
  )
  t.equal(await count(place.DATABASE_URL, 'sessions'), 0)
})

onBoth(t, 'cleaning that fails is refused, changes nothing, and is made up for', async (t, database) => {
  const place = await placeOf(t, database)
  const { app, clock } = await build(t, { environment: place })
  await register(app, 'ada')
  await addSessions(database, place.DATABASE_URL, 300, clock.now())
  await query(place.DATABASE_URL, 'alter table sessions rename to elsewhere')
  await t.rejects(app.latchkey.housekeep())
  t.equal(await count(place.DATABASE_URL, 'elsewhere'), 300)
  await query(place.DATABASE_URL, 'alter table elsewhere rename to sessions')
  await app.latchkey.housekeep()
  t.equal(await count(place.DATABASE_URL, 'sessions'), 0)
})

onBoth(t, 'a session that is over is refused before anybody has removed it', async (t, database) => {
  const place = await placeOf(t, database)
  const { app, clock } = await build(t, { environment: { ...place, SESSION_IDLE_DAYS: '1' } })
  await register(app, 'ada')
  const { refresh_token: token } = (await signIn(app, 'ada', { password: secretFor('ada') })).json<TokenResponse>()
  clock.advance(day)
  t.equal((await refresh(app, token)).statusCode, 400)
  t.equal(await count(place.DATABASE_URL, 'sessions'), 1)
})
