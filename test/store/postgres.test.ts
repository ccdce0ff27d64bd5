import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import type { Reader } from '../../src/store/database.ts'
import { openStore } from '../../src/store/store.ts'
import {
  build,
  createEmptyPostgresDatabase,
  createPostgresDatabase,
  getMe,
  query,
  refresh,
  register,
  secretFor,
  signedUp,
  signIn,
  testTiming,
} from '../support/build.ts'
import { ask, userWithScopes } from '../support/administration.ts'
import { connectedTo } from '../support/postgres.ts'
import { examine } from '../support/doctor.ts'

t.test('adding a column to a table in use does not disturb requests (D3)', async (t) => {
  const url = await createPostgresDatabase(t)
  const { app } = await build(t, { environment: settingsOf(url) })
  let { access_token: access, refresh_token: successor } = await signedUp(app, 'ada')
  for (const table of ['users', 'sessions', 'events']) {
    // Enough simultaneous requests for every connection to have read the table before.
    for (const change of [undefined, `alter table ${table} add column later text not null default ''`]) {
      if (change !== undefined) await query(url, change)
      const responses = await Promise.all([
        ...Array.from({ length: 12 }, () => getMe(app, access)),
        ...Array.from({ length: 4 }, () => signIn(app, 'ada')),
      ])
      t.strictSame(new Set(responses.map(({ statusCode }) => statusCode)), new Set([200]), table)
      const refreshed = await refresh(app, successor)
      t.equal(refreshed.statusCode, 200)
      ;({ access_token: access, refresh_token: successor } = refreshed.json())
    }
  }
})

t.test('a statement with an outdated plan is repeated (D3)', async (t) => {
  const url = await createPostgresDatabase(t)
  for (const kind of ['read', 'write'] as const) {
    const store = await openStore(url)
    // The store reuses this connection, because there is no other.
    await store.read((db) => sql`prepare stale as select * from users`.execute(db))
    await query(url, `alter table users add column later_${kind} text`)
    let attempts = 0
    await store[kind](async (db: Reader) => {
      if (++attempts === 1) await sql`execute stale`.execute(db)
    })
    t.equal(attempts, 2)
    await store.close()
  }
})

t.test('a migration ignores time limits of the role or the database (D2)', async (t) => {
  const url = await createEmptyPostgresDatabase(t)
  const limits = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout']
  for (const limit of limits) await query(url, `alter database ${nameOf(url)} set ${limit} = '1h'`)
  await query(
    url,
    `create function refuse_limits() returns event_trigger language plpgsql as $$
    begin
      if ${limits.map((limit) => `current_setting('${limit}') <> '0'`).join(' or ')} then
        raise exception 'there is a limit';
      end if;
    end $$`,
  )
  await query(
    url,
    `create event trigger no_limits on ddl_command_start when tag in ('CREATE INDEX', 'ALTER TABLE')
     execute function refuse_limits()`,
  )
  await (await openStore(url)).close()
})

t.test('a transaction that waits too long for a lock is repeated (D2)', async (t) => {
  const url = await createPostgresDatabase(t)
  const store = await openStore(url, { ...testTiming, databaseLockMs: 1 })
  t.teardown(() => store.close())
  await store.write((db) => db.insertInto('state').values({ name: 'key_type', value: 'asymmetric' }).execute())
  const another = await holdLock(t, url, 'select * from state for update')
  let attempts = 0
  await store.write(async (db) => {
    if (++attempts === 2) await another.release()
    await db.updateTable('state').set({ value: 'symmetric' }).execute()
  })
  t.equal(attempts, 2)
})

t.test('a database with an encoding other than UTF8 is rejected, and reported by doctor (D4)', async (t) => {
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    const environment = settingsOf(await createEmptyPostgresDatabase(t, encoding))
    await t.rejects(build(t, { environment }), {
      code: 'start_refused',
      faults: [new RegExp(`^The database \\w+ at .* its encoding is ${encoding}.* must be UTF8.*create database NAME`)],
    })
    t.match(
      (await examine(environment)).said('database'),
      new RegExp(
        `^fault: The database \\w+ at .* its encoding is ${encoding}.* does not start until this is fixed\\.$`,
      ),
    )
  }
})

t.test('a message about the URL of PostgreSQL reveals nothing of its password (D5)', async (t) => {
  for (const password of [
    '1/first?ss',
    '1?first/ss',
    '1#first',
    'first@1/ss',
    '1/first=ss',
    'first@/ss',
    '1?x=first',
  ]) {
    const environment = settingsOf(`postgres://latchkey:${password}@db.example.com:4/latchkey`)
    await t.rejects(
      build(t, { environment }),
      {
        code: 'start_refused',
        faults: [/^DATABASE_URL is \(not shown\): it must be [^@]* write `?\/`? as `?%2F`?,[^:]*$/],
      },
      password,
    )
    t.notMatch(JSON.stringify((await examine(environment)).found), /first|ss@|latchkey:/, password)
  }
})

t.test('a password with special characters works, and the URL may name a socket (D5)', async (t) => {
  const url = new URL(await createPostgresDatabase(t))
  const role = `r${nameOf(url.href)}`
  const password = 'a@b/c?d#e%f:g h+i'
  await query(url.href, `create role ${role} superuser login password '${password}'`)
  t.teardown(() => query(process.env.TEST_POSTGRES_URL ?? '', `drop role ${role}`))
  const [place] = await query(url.href, 'show unix_socket_directories')
  const folder = String(place?.unix_socket_directories)

  const login = `${role}:${encodeURIComponent(password)}`
  for (const address of [
    `postgres://${login}@${url.host}${url.pathname}`,
    `postgresql://${login.replaceAll('%40', '@')}@${url.host}${url.pathname}`,
    `postgres://${login}@${encodeURIComponent(folder)}:${url.port}${url.pathname}`,
    `postgres://${login}@${url.pathname}?host=${folder}&port=${url.port}`,
  ]) {
    const { app } = await build(t, { environment: settingsOf(address) })
    t.equal((await app.inject('/health/ready')).statusCode, 200)
    await app.close()
  }
})

t.test('a user who cannot create tables is told how to change that (D5)', async (t) => {
  const name = `r${randomUUID().replaceAll('-', '')}`
  // A role can be dropped after the database with its tables, and teardowns run backwards.
  t.teardown(() => query(process.env.TEST_POSTGRES_URL ?? '', `drop role ${name}`))
  const url = new URL(await createEmptyPostgresDatabase(t))
  await query(url.href, `create role ${name} login password '${name}'`)
  url.username = url.password = name
  await t.rejects(openStore(url.href), {
    message: /permission denied for schema public\. Make the user the owner of the database/,
  })

  t.match(
    (await examine(settingsOf(url.href))).said('migrations'),
    /^fault: .* cannot be used: permission denied for schema public\. Make the user the owner of the database/,
  )

  // With permission for the schema only, the user still cannot create the extension pg_trgm.
  await query(url.href.replace(`${name}:${name}`, 'postgres:postgres'), `grant all on schema public to ${name}`)
  const environment = settingsOf(url.href)
  const { app } = await build(t, { environment })
  const { token } = await userWithScopes(
    app,
    async (statement) => {
      await query(url.href, statement)
    },
    'users:read',
    'ada',
  )
  await register(app, 'grace')
  t.match((await ask(app, token, 'GET', '/users?search=rac')).json(), { users: [{ username: 'grace' }], total: 1 })
  t.match((await examine(environment)).said('searches'), /^warning: .*pg_trgm .*upgrade\.md/)
})

t.test('another schema of the database is a separate installation (D5)', async (t) => {
  const url = await createEmptyPostgresDatabase(t)
  const elsewhere = (path: string) => `${url}?options=${encodeURIComponent(`-c search_path=${path}`)}`
  const first = await build(t, { environment: settingsOf(url) })
  t.equal((await register(first.app, 'ada', { password: secretFor('first') })).statusCode, 201)

  await t.rejects(build(t, { environment: settingsOf(elsewhere('other')) }), {
    code: 'start_refused',
    faults: [/no schema in its search_path exists\. Create one with create schema NAME/],
  })
  for (const [name, path] of [
    ['other', 'other'],
    ['third', 'third,public'],
  ] as const) {
    await query(url, `create schema ${name}`)
    const environment = settingsOf(elsewhere(path))
    t.match((await examine(environment)).said('migrations'), /^note: .* no tables of Latchkey yet\. .*first start/)
    const { app } = await build(t, { environment })
    t.equal(
      (await signIn(app, 'ada', { password: secretFor('first') })).statusCode,
      401,
      'ada is a user of the first only',
    )
    const { access_token: token } = await signedUp(app, 'ada')
    t.equal((await getMe(app, token)).statusCode, 200)
    await app.close()
    const again = await build(t, { environment })
    t.equal((await signIn(again.app, 'ada')).statusCode, 200)
    t.match((await examine(environment)).levels('database', 'migrations'), ['ok', 'ok'])
  }
  t.equal((await signIn(first.app, 'ada', { password: secretFor('first') })).statusCode, 200)
  t.strictSame(await query(url, 'select count(*)::int as users from users'), [{ users: 1 }])

  for (const parameter of ['schema', 'currentSchema', 'search_path']) {
    await t.rejects(build(t, { environment: settingsOf(`${url}?${parameter}=other`) }), {
      code: 'start_refused',
      faults: [
        new RegExp(`with ${parameter}, which has no effect\\. Write instead: options=-c%20search_path%3Dother$`),
      ],
    })
  }
})

function settingsOf(url: string) {
  return { DATABASE_URL: url, MASTER_KEY: secretFor('master key') }
}

function nameOf(url: string) {
  return new URL(url).pathname.slice(1)
}

/** Holds a lock in another session until it is released. */
async function holdLock(t: Test, url: string, statement: string) {
  const client = await connectedTo(t, url)
  await client.query('begin')
  await client.query(statement)
  return {
    release: async () => {
      await client.query('commit')
    },
  }
}
