import t, { type Test } from 'tap'
import { addPasskey } from '../../support/authenticator.ts'
import {
  buildWithSql,
  minute,
  onBoth,
  register,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../../support/build.ts'
import { buildWithClients, tokenOf as tokenOfClient } from '../../support/clients.ts'
import { addDevice } from '../../support/factors.ts'
import { askReset, bearer, changeAccount, registerVerified, resetWith } from '../../support/recovery.ts'

type App = Awaited<ReturnType<typeof buildWithSql>>['app']
type Row = Record<string, unknown>

const exportOf = (app: App, token: string) => app.inject({ url: '/auth/users/me/export', headers: bearer(token) })

/** How the export treats the columns of a table. */
interface Treatment {
  shown: string[]
  times: string[]
  /** Split at spaces. */
  lists?: string[]
  /** Embedded as JSON. */
  json?: string[]
  secrets: string[]
  /** Derived from other columns, or not about the user. */
  left: string[]
}

/** Every column of every table with data about users. Each new column has to be added here. */
const tables: Record<string, Treatment> = {
  users: {
    shown: ['id', 'username', 'name', 'email', 'email_verified', 'pending_email'],
    times: ['created_at', 'updated_at', 'signed_in_at'],
    lists: ['scopes'],
    secrets: ['password_hash'],
    left: [
      'username_fold',
      'name_fold',
      'email_fold',
      'password_version',
      'disabled',
      'second_factors',
      'factors_version',
    ],
  },
  sessions: {
    shown: ['id', 'client_id', 'scope', 'address', 'user_agent', 'device_id'],
    times: ['created_at', 'used_at', 'rotated_at', 'expires_at', 'authenticated_at'],
    lists: ['methods'],
    secrets: ['nonce'],
    left: ['user_id', 'generation', 'late_refreshes'],
  },
  known_networks: {
    shown: ['network'],
    times: ['seen_at', 'first_sign_in_at'],
    secrets: [],
    left: ['user_id'],
  },
  totp_devices: {
    shown: ['id', 'name'],
    times: ['created_at', 'confirmed_at', 'used_at'],
    secrets: ['sealed'],
    left: ['user_id', 'last_step'],
  },
  passkeys: {
    shown: ['id', 'name', 'credential_id', 'public_key', 'aaguid', 'backed_up'],
    times: ['created_at', 'used_at'],
    lists: ['transports'],
    json: ['counter'],
    secrets: [],
    left: ['user_id', 'backup_eligible'],
  },
  recovery_codes: {
    shown: ['codes_left'],
    times: ['created_at'],
    secrets: ['sealed'],
    left: ['user_id'],
  },
  one_time_tokens: {
    shown: ['purpose', 'email', 'attempts'],
    times: ['created_at', 'expires_at', 'code_expires_at'],
    secrets: ['sealed'],
    left: ['id', 'user_id'],
  },
  outbox: {
    shown: ['kind'],
    times: ['created_at', 'sent_at'],
    secrets: ['sealed', 'recipient_hash'],
    left: ['id', 'user_id', 'due_at', 'expires_at', 'attempts'],
  },
  events: {
    shown: ['id', 'event', 'outcome', 'user_id', 'actor_type', 'actor_id', 'address', 'user_agent', 'request_id'],
    times: ['created_at'],
    json: ['details'],
    secrets: [],
    left: [],
  },
}

/** The names of lists in the export that differ from those of their tables. */
const listNames: Record<string, string> = { outbox: 'mails', totp_devices: 'totp' }

/** Tables without data that is known to belong to a user. */
const others = [
  'signing_keys',
  'clients',
  'throttles',
  'used_tokens',
  'invitations',
  'state',
  'mail_requests',
  'retired_usernames',
  'latchkey_migrations',
  'latchkey_migrations_lock',
]

/** The index of SQLite for searches, which contains no more than the table of users. */
const searchIndex = /^user_search(_|$)/

async function columnsOf(rows: (statement: string) => Promise<Row[]>, database: DatabaseKind) {
  const columns = await rows(
    database === 'sqlite'
      ? 'select t.name as table_name, c.name as column_name from sqlite_master t, pragma_table_info(t.name) ' +
          "c where t.type = 'table'"
      : "select table_name, column_name from information_schema.columns where table_schema = 'public'",
  )
  const found: Record<string, string[]> = {}
  for (const { table_name: table, column_name: column } of columns) (found[String(table)] ??= []).push(String(column))
  return found
}

/** Signs ada and eve up with data in every column. */
async function withEverything(t: Test, database: DatabaseKind) {
  const built = await buildWithSql(t, database)
  const { app, change, clock, mailbox } = built
  const signInWith = async (username: string, remoteAddress: string, agent: string) => {
    clock.advance(minute)
    return (
      await app.inject({
        method: 'POST',
        url: '/auth/token',
        remoteAddress,
        headers: { 'user-agent': agent },
        payload: { username, password: secretFor(username) },
      })
    ).json<TokenResponse>()
  }
  await registerVerified(app, mailbox, 'Ada', 'Ada@Example.com')
  await registerVerified(app, mailbox, 'eve', 'eve@example.com')
  await change("update users set scopes = 'posts:write posts:read'")
  const sessions = {
    ada: await signInWith('Ada', '203.0.113.7', 'curl/8.5.0'),
    eve: await signInWith('eve', '198.51.100.9', 'Wget/1.25'),
  }
  await signInWith('Ada', '2001:db8::7', 'HTTPie/3.2')
  clock.advance(minute)
  await changeAccount(app, sessions.ada.access_token, {
    name: 'Countess King',
    email: 'king@example.com',
    current_password: secretFor('Ada'),
  })
  await changeAccount(app, sessions.eve.access_token, {
    name: 'Eve’s name',
    email: 'eve@example.org',
    current_password: secretFor('eve'),
  })
  for (const username of ['Ada', 'eve']) await askReset(app, username)
  await mailbox.collect(app)
  clock.advance(minute)
  await resetWith(app, { username: 'Ada', code: 'wrong' })
  for (const { access_token: token } of Object.values(sessions)) {
    await addDevice(app, clock, token)
    await addPasskey(app, token)
  }
  return { ...built, token: sessions.ada.access_token }
}

onBoth(
  t,
  'the export contains all data about a user except secrets, and no data about other users',
  async (t, database) => {
    const { app, clock, rows, token } = await withEverything(t, database)
    const columns = await columnsOf(rows, database)
    const listed = Object.keys(columns).filter((table) => !searchIndex.test(table))
    t.strictSame(listed.sort(), [...Object.keys(tables), ...others].sort(), 'every table is listed')
    for (const [table, treatment] of Object.entries(tables)) {
      t.strictSame(columns[table]?.sort(), Object.values(treatment).flat().sort(), `every column of ${table} is listed`)
    }

    const { statusCode, headers, body } = await exportOf(app, token)
    t.equal(statusCode, 200)
    t.match(headers, {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="account.json"',
      'cache-control': 'no-store',
    })
    const exported = JSON.parse(body)
    t.equal(exported.exported_at, new Date(clock.now()).toISOString())
    for (const [table, { shown, times, lists = [], json = [], secrets }] of Object.entries(tables)) {
      const owner = table === 'users' ? 'id' : 'user_id'
      const own = await rows(`select * from ${table} where ${owner} = '${exported.account.id}'`)
      t.ok(
        own.length > 0 && own.length < (await rows(`select * from ${table}`)).length,
        `${table} has rows of ada and of other users`,
      )
      if (!['users', 'recovery_codes'].includes(table)) t.equal(exported[listNames[table] ?? table].length, own.length)
      for (const row of own) {
        for (const column of shown) {
          const value = ['email_verified', 'backed_up'].includes(column) ? row[column] === 1 : row[column]
          t.match(body, `${column}":${JSON.stringify(value)}`, `${table}.${column}`)
        }
        for (const column of times) {
          t.match(
            body,
            row[column] === null ? 'null' : new Date(Number(row[column])).toISOString(),
            `${table}.${column}`,
          )
        }
        for (const column of lists) t.match(body, JSON.stringify(String(row[column]).split(' ')), `${table}.${column}`)
        for (const column of json) t.match(body, `"${column}":${row[column]}`, `${table}.${column}`)
        for (const column of secrets) {
          t.notOk(row[column] !== null && body.includes(String(row[column])), `${table}.${column}`)
        }
      }
    }
    t.notMatch(body, /\beve\b|198\.51\.100|Wget|not-for-logs|pr_|ev_|rt_|\$argon2/i)
  },
)

onBoth(t, 'the export of a new user has empty lists and says whether there is a password', async (t, database) => {
  const { app, change } = await buildWithSql(t, database)
  await register(app, 'ada')
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  t.match((await exportOf(app, token)).json(), {
    account: { username: 'ada', name: null, email: null },
    scopes: [],
    password: 'a hash, from which it cannot be read',
    one_time_tokens: [],
    mails: [],
    events: [{ event: 'registered' }, { event: 'signed_in' }, { event: 'account_exported' }],
  })
  await change("update users set password_hash = ''")
  t.match((await exportOf(app, token)).json(), { password: 'none' })
})

onBoth(
  t,
  'an export of any length is one snapshot, sent in small parts beside other requests (X1, X9)',
  async (t, database) => {
    const { app, change, rows } = await buildWithSql(t, database)
    const ada = await register(app, 'ada')
    const userId = ada.json<{ id: string }>().id
    const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
    const idAt = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
    const count = 1050
    const events = Array.from(
      { length: count },
      (_, index) => `('${idAt(index)}', 0, 'account_changed', 'success', '${userId}', 'Firefox/${index}', '{}')`,
    )
    await change(
      `insert into events (id, created_at, event, outcome, user_id, user_agent, details) values ${events.join()}`,
    )
    const mails = Array.from(
      { length: 120 },
      (_, index) => `('${idAt(index)}', 'notice:name', '${userId}', 'x', 0, 0, 0)`,
    )
    await change(
      'insert into outbox (id, kind, user_id, recipient_hash, created_at, expires_at, attempts) ' +
        `values ${mails.join()}`,
    )

    const response = await app.inject({
      url: '/auth/users/me/export',
      headers: bearer(token),
      payloadAsStream: true,
    })
    const parts: string[] = []
    for await (const part of response.stream()) {
      parts.push(String(part))
      if (parts.length === 2) {
        await changeAccount(app, token, { name: 'Written after the beginning' })
        t.equal((await app.inject({ url: '/auth/users/me', headers: bearer(token) })).statusCode, 200)
      }
    }
    const exported = JSON.parse(parts.join(''))
    t.strictSame(
      exported.events.map(({ id }: { id: string }) => id).slice(0, count),
      Array.from({ length: count }, (_, index) => idAt(index)),
    )
    t.match(exported.events.slice(count), [
      { event: 'registered' },
      { event: 'signed_in' },
      { event: 'account_exported' },
    ])
    t.equal(exported.events.length, count + 3)
    t.strictSame(
      exported.mails,
      Array.from({ length: 120 }, () => ({ kind: 'notice', created_at: '1970-01-01T00:00:00.000Z', sent_at: null })),
    )
    t.ok(parts.length > 12, `${parts.length} parts`)
    // A reader that has waited gets at once what Node buffers: at most 64 KiB, and the part that exceeds them.
    t.ok(Math.max(...parts.map(({ length }) => length)) < 65_536 + 31_000, 'one part or a full buffer')

    const recorded = "select actor_id, user_id from events where event = 'account_exported'"
    t.strictSame(await rows(recorded), [{ actor_id: userId, user_id: userId }])
    const head = await app.inject({ method: 'HEAD', url: '/auth/users/me/export', headers: bearer(token) })
    t.match(head, { statusCode: 200, body: '', headers: { 'content-type': 'application/json; charset=utf-8' } })
    t.equal((await rows(recorded)).length, 1, 'HEAD reads nothing')
  },
)

t.test('the export requires a sign-in with the account scope, which a client cannot have', async (t) => {
  const { app, change, worker } = await buildWithClients(t, 'sqlite')
  await register(app, 'ada')
  await change("update users set scopes = 'posts:write' where username = 'ada'")
  const { access_token: narrow } = (await signIn(app, 'ada', { scope: 'posts:write' })).json<TokenResponse>()
  t.equal((await app.inject({ url: '/auth/users/me/export' })).statusCode, 401)
  for (const token of [narrow, await tokenOfClient(app, worker)]) {
    const response = await exportOf(app, token)
    t.match(response.json(), { status: 403, code: 'insufficient_scope' })
    t.equal(response.headers['content-disposition'], undefined)
  }
})

t.test('a second simultaneous export of an account is rejected, a later one is not (X1)', async (t) => {
  const { app } = await buildWithSql(t, 'sqlite')
  const tokens: string[] = []
  for (const username of ['ada', 'eve']) {
    await register(app, username)
    tokens.push((await signIn(app, username)).json<TokenResponse>().access_token)
  }
  const [ada = '', eve = ''] = tokens
  const exports = await Promise.all([ada, ada, eve].map((token) => exportOf(app, token)))
  t.strictSame(exports.map(({ statusCode }) => statusCode).sort(), [200, 200, 429])
  t.match(exports.find(({ statusCode }) => statusCode === 429)?.json(), { code: 'slow_down' })
  t.equal((await exportOf(app, ada)).statusCode, 200)
})
