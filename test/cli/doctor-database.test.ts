import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  build,
  createClock,
  day,
  getMe,
  hour,
  onBoth,
  postForm,
  query,
  register,
  second,
  secretFor,
  signedUp,
  signIn,
  type DatabaseKind,
} from '../support/build.ts'
import { createVersionOne } from '../support/version-one.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { examine } from '../support/doctor.ts'
import { enrolled } from '../support/factors.ts'

const tableChecks = [
  'issuer',
  'master key',
  'signing keys',
  'second factors',
  'searches',
  'times',
  'outbox',
  'client addresses',
]

/** A service that cannot deliver messages, with access to its database. */
async function buildFailing(t: Test, database: DatabaseKind, environment: NodeJS.ProcessEnv = {}) {
  const place = { ...(await placeOf(t, database)), ...environment }
  const { app } = await build(t, {
    environment: place,
    sendMail: async () => {
      throw new Error('there is no mail server')
    },
  })
  return { app, place, change: (statement: string) => query(place.DATABASE_URL, statement) }
}

onBoth(t, 'a database in use is healthy', async (t, database) => {
  const { app, place } = await buildFailing(t, database)
  const ada = await signedUp(app, 'ada')
  const { levels, checks } = await examine({ ...place, PUBLIC_URL: 'http://localhost:3000' })
  t.strictSame(levels('database', 'clock', 'migrations', ...tableChecks), Array(3 + tableChecks.length).fill('ok'))
  t.strictSame(checks('fault'), [])
  t.equal((await getMe(app, ada.access_token)).statusCode, 200)
})

t.test('settings with another issuer than that of the service are reported', async (t) => {
  const { place } = await buildFailing(t, 'sqlite')
  t.match(
    (await examine({ ...place, PREFIX: '/other' })).said('issuer'),
    /^warning: .* uses the issuer http:\/\/localhost:3000\/auth, .* have \S+:4\/other\. .*same PUBLIC_URL/,
  )
})

t.test('a pool that is larger than PostgreSQL allows is reported', async (t) => {
  const place = await placeOf(t, 'postgres')
  const sized = async (size: string) => (await examine({ ...place, DATABASE_POOL_SIZE: size })).said('connections')
  t.match(
    await sized('10'),
    /^ok: Each instance .* 10 connections\. PostgreSQL allows \d+ in total, enough for \d+ instances\. $/,
  )
  t.match(await sized('1000'), /^warning: .* at most 1000 connections\. .* Set DATABASE_POOL_SIZE/)
  await query(place.DATABASE_URL, `alter database ${new URL(place.DATABASE_URL).pathname.slice(1)} connection limit 20`)
  t.match(await sized('11'), /^ok: .* PostgreSQL allows 20 in total, enough for one instance\./)
  t.match(await sized('10'), /, enough for 2 instances\./)
  t.match(await sized('21'), /^warning: .* PostgreSQL allows 20 in total\./)
})

onBoth(t, 'an outdated or newer database is reported and left unchanged', async (t, database) => {
  const place = await placeOf(t, database)
  await createVersionOne(place.DATABASE_URL, 'http://localhost:3000/auth', 0)
  const names = async () =>
    (await query(place.DATABASE_URL, 'select name from latchkey_migrations order by name')).map(({ name }) => name)
  const before = await examine(place)
  t.match(
    before.said('migrations'),
    /^warning: .*pending.*: 0002_refresh_rotation_clients, .*\. Make a backup, .*upgrade\.md/,
  )
  t.strictSame(before.levels('database', 'clock', ...tableChecks), ['ok', 'ok', ...tableChecks.map(() => 'unchecked')])
  t.strictSame(await names(), ['0001_accounts_sessions_keys'])

  await query(
    place.DATABASE_URL,
    "insert into latchkey_migrations values ('9999_from_the_future', '2099-01-01T00:00:00.000Z')",
  )
  t.match(
    (await examine(place)).said('migrations'),
    /^fault: .* newer version .*9999_from_the_future\. Install that version/,
  )
  t.strictSame(await names(), ['0001_accounts_sessions_keys', '9999_from_the_future'])
})

t.test('an unreachable, damaged or missing database disables only the checks that need it', async (t) => {
  const place = await placeOf(t)
  await rm(join(place.DATA_DIR, 'latchkey.db'), { force: true })
  const none = await examine(place)
  t.match(none.said('database'), /^note: There is no database at .*latchkey\.db yet\. .*first start/)
  t.strictSame(none.levels('clock', 'migrations', ...tableChecks), Array(2 + tableChecks.length).fill('unchecked'))

  await writeFile(
    join(place.DATA_DIR, 'latchkey.db'),
    'not a database at all, though it is as long as a header is: '.repeat(20),
  )
  t.match((await examine(place)).said('database'), /^fault: .*latchkey\.db is damaged or not a SQLite database/)
  // Equivalent to a folder without access, and works for root as well.
  t.match(
    (await examine({ ...place, DATABASE_URL: `${place.DATABASE_URL}/inside` })).said('database'),
    /^fault: Cannot read the database: ENOTDIR/,
  )

  const away = await examine({ ...place, DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere' })
  t.match(
    away.said('database'),
    /^fault: The database nowhere at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED.* DATABASE_URL/,
  )
  t.strictSame(away.levels('settings', 'disk', 'clock', 'migrations', ...tableChecks), [
    'ok',
    'ok',
    ...Array(2 + tableChecks.length).fill('unchecked'),
  ])
})

onBoth(t, 'a MASTER_KEY that does not match the database is reported', async (t, database) => {
  const { place } = await buildFailing(t, database)
  const other = { ...place, MASTER_KEY: secretFor('another master key') }
  t.match(
    (await examine(other)).said('master key'),
    database === 'sqlite'
      ? /^fault: MASTER_KEY does not match the database.*master\.key in DATA_DIR.*latchkey keys reset/
      : /^fault: MASTER_KEY does not match the database.*key of the other instances.*latchkey keys reset/,
  )
  t.match(
    (await examine({ ...other, MASTER_KEY_PREVIOUS: place.MASTER_KEY })).said('master key'),
    /^note: .*not been started with this MASTER_KEY yet.*Restart/,
  )
})

onBoth(
  t,
  'administrators without a second factor, and factors that need another key, are reported',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app, clock } = await build(t, { environment: place })
    await enrolled(app, clock, 'ada')
    await register(app, 'bob')
    const told = async (keys: NodeJS.ProcessEnv = {}) => (await examine({ ...place, ...keys })).said('second factors')
    t.match(await told(), /^ok: All second factors can be verified\./)
    await query(place.DATABASE_URL, "update users set scopes = 'users:write' where username = 'ada'")
    t.match(await told(), /^ok: All administrators have a second factor\./)
    await query(place.DATABASE_URL, "update users set scopes = 'users:write users:read' where username = 'bob'")
    const lacking = /^note: Administrators without a second factor: 1 of 2\. A stolen password .* set REQUIRE_SECOND_/
    t.match(await told(), lacking)
    t.match(await told({ REQUIRE_SECOND_FACTOR: 'all' }), /They can manage users only .* --without-second-factor$/)
    await query(place.DATABASE_URL, "update users set disabled = 1 where username = 'bob'")
    const MASTER_KEY = secretFor('another master key')
    t.match(
      await told({ MASTER_KEY, MASTER_KEY_PREVIOUS: place.MASTER_KEY }),
      /^note: The authenticator apps or recovery codes of one user still need MASTER_KEY_PREVIOUS\. .*Restart/,
    )
    t.match(
      await told({ MASTER_KEY }),
      /^warning: .* of one user cannot be decrypted, .*MASTER_KEY_PREVIOUS.*reset-factors/,
    )
  },
)

t.test('a MASTER_KEY in front of the right master.key is reported at the start as well', async (t) => {
  const { place } = await buildFailing(t, 'sqlite', { MASTER_KEY: undefined })
  const other = { ...place, MASTER_KEY: secretFor('another master key') }
  t.match((await examine(other)).said('master key'), /^fault: MASTER_KEY .* \S+\/master\.key, .* right key\. Unset it/)
  await t.rejects(build(t, { environment: other }), {
    message: /precedence over \S+\/master\.key, .* Unset MASTER_KEY/,
  })
  await writeFile(join(place.DATA_DIR, 'master.key'), secretFor('a third master key'))
  t.match((await examine(other)).said('master key'), /^fault: MASTER_KEY .* Restore the key/)
  await t.rejects(build(t, { environment: other }), { message: /Set that one as MASTER_KEY/ })
})

t.test('a missing master.key is reported, and none is created', async (t) => {
  const { place } = await buildFailing(t, 'sqlite', { MASTER_KEY: undefined })
  await rm(join(place.DATA_DIR, 'master.key'))
  for (const time of ['once', 'again']) {
    t.match(
      (await examine(place)).said('master key'),
      /^fault: The secret .*master\.key is missing.*from your copy/,
      time,
    )
  }
})

onBoth(t, 'missing, overdue or another algorithm’s signing keys are reported', async (t, database) => {
  const { place, change } = await buildFailing(t, database)
  const inDays = (days: number) => examine(place, { now: () => Date.now() + days * day })
  t.strictSame((await inDays(90.9)).levels('signing keys'), ['ok'])
  t.match(
    (await inDays(91.1)).said('signing keys'),
    /^warning: The current key .*should have been replaced by .*key_rotation_failed/,
  )
  t.match(
    (await examine({ ...place, ALGORITHM: 'HS256' })).said('signing keys'),
    /^warning: ALGORITHM is HS256, but the service was last started with another algorithm/,
  )

  await change(
    `insert into signing_keys select 'next', 2, alg, public_jwk, private_sealed, created_at, signs_at + ` +
      `${day}, token_lifetime_seconds from signing_keys`,
  )
  t.strictSame(
    (await inDays(2)).levels('signing keys'),
    ['ok'],
    'the first key retires in a day and is removed some hours later',
  )
  t.match((await inDays(3)).said('signing keys'), /^warning: Keys that should have been removed.*: [\w-]{43}\./)
  await change('delete from signing_keys')
  t.match((await examine(place)).said('signing keys'), /^fault: There is no signing key.*Start the service/)
})

onBoth(t, 'messages that have waited for more than an hour are reported', async (t, database) => {
  const { app, place } = await buildFailing(t, database)
  for (const name of ['ada', 'grace']) await register(app, name, { email: `${name}@example.com` })
  await app.latchkey.housekeep()
  t.match((await examine(place)).said('outbox'), /^ok/)
  const later = await examine(place, { now: () => Date.now() + 2 * hour })
  t.match(
    later.said('outbox'),
    /^warning: 2 e-mails have been waiting for more than an hour, the oldest since 20.*"mail server"/,
  )
  t.notMatch(later.said('outbox'), 'example.com')
})

onBoth(t, 'clock skew is reported, and so are the rows that a fast clock left behind', async (t, database) => {
  const clock = createClock()
  const place = await placeOf(t, database)
  await build(t, { environment: place, clock })
  for (const [skew, level] of [
    [-20 * second, 'fault'],
    [-10 * second, 'warning'],
    [0, 'ok'],
    [10 * second, 'warning'],
    [20 * second, 'fault'],
  ] as const) {
    const { levels, said } = await examine(place, { now: () => Date.now() + skew })
    t.strictSame(levels('clock'), [database === 'sqlite' ? 'ok' : level], `${skew} ms`)
    if (database === 'postgres' && level !== 'ok') {
      t.match(said('clock'), skew > 0 ? /is \d+\.\d s ahead of that .* 30 s/ : /is \d+\.\d s behind that .* 30 s/)
    }
  }
  t.match(
    (await examine(place, { now: () => clock.now() - 31 * second })).said('times'),
    /^fault: The newest entry of the database .* 20.* in the future/,
  )
})

onBoth(t, 'users who all seem to come from one proxy are reported, and others are not (C6)', async (t, database) => {
  const { app, place, change } = await buildFailing(t, database)
  const behindProxy = (username: string) =>
    postForm(app, '/auth/token', { username, password: secretFor(username) }, { 'x-forwarded-for': '203.0.113.7' })
  const names = ['ada', 'grace', 'hedy', 'mary', 'joan']
  for (const name of names) await register(app, name)
  await change('delete from known_networks')
  for (const name of names.slice(1)) await behindProxy(name)
  t.match((await examine(place)).said('client addresses'), /^ok/, 'four users are too few')
  await behindProxy('ada')
  t.match(
    (await examine(place)).said('client addresses'),
    /^warning: All 5 users of the last 30 days came from 127\.0\.0\.1, .*not trusted\. Set TRUST_PROXY/,
  )
  await signIn(app, 'ada')
  t.match((await examine(place)).said('client addresses'), /^ok: .* not through a proxy/, 'one user came directly')
  t.match(
    (await examine({ ...place, PUBLIC_URL: 'https://0.0.0.0:1' })).said('client addresses'),
    /^warning: .*not trusted/,
    'https, but TLS does not end here',
  )
  t.match(
    (await examine({ ...place, TRUST_PROXY: '1' })).said('client addresses'),
    /^warning: .*that TRUST_PROXY does not include/,
  )
  t.match((await examine(place, { now: () => Date.now() + 31 * day })).said('client addresses'), /^ok/, 'long ago')
  await change("update sessions set address = '203.0.113.9'")
  t.match((await examine(place)).said('client addresses'), /^ok/, 'a public address')
  await change("update sessions set address = '10.0.0.1'")
  t.match((await examine(place)).said('client addresses'), /^warning/)
  await change("update sessions set address = '10.0.0.2' where id = (select min(id) from sessions)")
  t.match((await examine(place)).said('client addresses'), /^ok/, 'two addresses')
})
