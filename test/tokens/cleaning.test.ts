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

onBoth(t, 'during a year of sign-ins the numbers of sessions and keys stay bounded', async (t, database) => {
  const place = await placeOf(t, database)
  const idleDays = 7
  const { app, clock } = await build(t, {
    environment: { ...place, SESSION_IDLE_DAYS: String(idleDays), KEY_ROTATION_DAYS: '10' },
  })
  const usernames = ['ada', 'alan', 'grace']
  for (const name of usernames) await register(app, name)

  const max = { sessions: 0, keys: 0 }
  for (let today = 2; today <= 365; today += 2) {
    const { refresh_token: token } = (await signIn(app, usernames[today % usernames.length]!)).json<TokenResponse>()
    if (today % 6 === 0) await refresh(app, token)
    clock.advance(2 * day)
    if (today % 12 !== 0) continue
    await app.latchkey.housekeep()
    max.sessions = Math.max(max.sessions, await count(place.DATABASE_URL, 'sessions'))
    max.keys = Math.max(max.keys, await count(place.DATABASE_URL, 'signing_keys'))
  }
  // There is a sign-in every other day, and an unused session lives for `idleDays`.
  t.ok(max.sessions <= idleDays / 2, `${max.sessions} sessions`)
  // The signing key, and either the next one or the previous one, whose tokens are still valid.
  t.ok(max.keys <= 2, `${max.keys} keys`)

  clock.advance(idleDays * day)
  await app.latchkey.housekeep()
  t.equal(await count(place.DATABASE_URL, 'sessions'), 0)
})

/** Adds sessions of ada that expire at this time. */
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
  'expired sessions are deleted while others register and sign in, and live ones are kept',
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
      'all expired sessions, regardless of the number of batches',
    )
    t.equal(
      await count(place.DATABASE_URL, 'sessions'),
      4,
      'one that expires in a moment, one in an hour, and those of ada and grace',
    )
    t.equal((await getMe(app, token)).statusCode, 200)
    t.notMatch(lines.join(''), /"level":[456]0/)
  },
)

t.test('expired rows are deleted in batches, each a short statement of its own', async (t) => {
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
    'at most 200 sessions per transaction',
  )
})

t.test('on SQLite, others write between the batches', async (t) => {
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
    // For another program the file is not locked for long.
    await query(place.DATABASE_URL, `update users set name = '${left.length}' where username = 'ada'`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await done
  t.ok(
    left.some((n) => n > 0 && n < 3000),
    `numbers of sessions seen: ${left.join(', ')}`,
  )
  t.equal(await count(place.DATABASE_URL, 'sessions'), 0)
})

onBoth(t, 'a failed cleanup rejects, changes nothing, and is repeated later', async (t, database) => {
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

onBoth(t, 'an expired session is rejected before it is deleted', async (t, database) => {
  const place = await placeOf(t, database)
  const { app, clock } = await build(t, { environment: { ...place, SESSION_IDLE_DAYS: '1' } })
  await register(app, 'ada')
  const { refresh_token: token } = (await signIn(app, 'ada', { password: secretFor('ada') })).json<TokenResponse>()
  clock.advance(day)
  t.equal((await refresh(app, token)).statusCode, 400)
  t.equal(await count(place.DATABASE_URL, 'sessions'), 1)
})
