import t from 'tap'
import {
  build,
  createEmptyPostgresDatabase,
  getMe,
  query,
  refresh,
  register,
  secretFor,
  signIn,
} from '../support/build.ts'
import type { TokenResponse } from '../support/build.ts'
import { connectedTo } from '../support/postgres.ts'
import { behindPgBouncer } from '../support/pgbouncer.ts'

behindPgBouncer(
  t,
  'instances behind PgBouncer in transaction mode migrate, restart and sign in at the same time (D2)',
  async (t, pool) => {
    const direct = await createEmptyPostgresDatabase(t)
    const environment = { DATABASE_URL: await pool(direct), MASTER_KEY: secretFor('master key') }

    const starting = await Promise.all([build(t, { environment }), build(t, { environment })])
    for (const { app } of starting) await app.close()
    const [one, other] = [await build(t, { environment }), await build(t, { environment })]
    t.strictSame(
      await query(
        direct,
        "select locktype from pg_locks where locktype = 'advisory' and database = " +
          '(select oid from pg_database where datname = current_database())',
      ),
      [],
      'no lock is left after a start',
    )

    const names = Array.from({ length: 12 }, (_, index) => `user${index}`)
    await Promise.all(names.map(async (name) => t.equal((await register(one.app, name)).statusCode, 201)))
    const restarts = [build(t, { environment }), build(t, { environment })]
    await Promise.all([
      ...restarts.map(async (restart) => (await restart).app.close()),
      ...names.map(async (name, index) => {
        const [{ app: near }, { app: far }] = index % 2 === 0 ? [one, other] : [other, one]
        const signedIn = await signIn(near, name)
        t.equal(signedIn.statusCode, 200, signedIn.body)
        const tokens = signedIn.json<TokenResponse>()
        t.equal((await getMe(far, tokens.access_token)).statusCode, 200)
        t.equal((await refresh(far, tokens.refresh_token)).statusCode, 200)
      }),
    ])

    // Each of these clients has another one of the three sessions, because all transactions stay open.
    const limits = "select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock"
    for (let session = 1; session <= 3; session++) {
      const client = await connectedTo(t, environment.DATABASE_URL)
      await client.query('begin')
      t.strictSame((await client.query(limits)).rows, [{ statement: '0', lock: '0' }], 'no time limit is left')
    }
  },
)

behindPgBouncer(
  t,
  'a schema that PgBouncer does not pass on is rejected; that of the database is used (D2, D5)',
  async (t, pool) => {
    const direct = await createEmptyPostgresDatabase(t)
    await query(direct, 'create schema other')
    const secrets = { MASTER_KEY: secretFor('master key') }
    for (const settings of [{}, { ignore_startup_parameters: 'options' }]) {
      const url = `${await pool(direct, settings)}?options=-c%20search_path%3Dother`
      await t.rejects(build(t, { environment: { DATABASE_URL: url, ...secrets } }), {
        code: 'start_refused',
        faults: [/ cannot be used: .* connection pooler .* alter role NAME set search_path = SCHEMA/],
      })
    }
    await query(direct, `alter database ${new URL(direct).pathname.slice(1)} set search_path = other`)
    // Only new sessions have it, so another PgBouncer is needed.
    const { app } = await build(t, { environment: { DATABASE_URL: await pool(direct), ...secrets } })
    t.equal((await register(app, 'ada')).statusCode, 201)
    t.strictSame(await query(direct, 'select username from other.users'), [{ username: 'ada' }])
  },
)
