// @lane processes
import { mkdir, readFile, watch } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
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
} from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { emptyFolder, getMeAt, signedUpAt, signInAt, start } from '../support/spawn.ts'
import { connectedTo, isLetGo, killWaiting, lockAwaited } from '../support/postgres.ts'

const newerMigration = '9999_from_the_future'

t.test(
  'five instances starting simultaneously on one PostgreSQL migrate it once, and share their sessions',
  async (t) => {
    const url = await createEmptyPostgresDatabase(t)
    const instances = await Promise.all(Array.from({ length: 5 }, () => buildOn(t, url)))
    const applied = await query(url, 'select name from latchkey_migrations')
    t.equal(applied.length, new Set(applied.map(({ name }) => name)).size)
    t.ok(applied.length > 0)
    t.match(await query(url, 'select count(*)::int as keys from signing_keys'), [{ keys: 1 }])

    const [first, ...others] = instances
    const ada = await signedUp(first!.app, 'ada')
    for (const { app } of others) t.equal((await getMe(app, ada.access_token)).statusCode, 200)
  },
)

t.test(
  'two instances starting simultaneously on one SQLite file migrate it once, and one survives the other',
  async (t) => {
    const folder = await emptyFolder(t)
    const services = await Promise.all([1, 2].map(() => start(t, { folder })))
    const first = await Promise.race(services.map(async (service) => ({ service, ...(await service.ready()) })))
    const token = await signedUpAt(first.url, 'ada')
    first.service.kill('SIGKILL')
    t.match(await first.service.exited, { signal: 'SIGKILL' })

    for (const service of services.filter((service) => service !== first.service)) {
      const { url } = await service.ready()
      t.match(await (await getMeAt(url, token)).json(), { username: 'ada' })
      t.equal((await signInAt(url, 'ada')).status, 200)
    }
    const database = new BetterSqlite(join(folder, 'data', 'latchkey.db'), { readonly: true })
    t.teardown(() => {
      database.close()
    })
    const names = database.prepare('select name from latchkey_migrations').pluck().all()
    t.strictSame(names, [...new Set(names)])
    t.equal(database.prepare('select count(*) from signing_keys').pluck().get(), 1)
  },
)

t.test('an instance killed at any point of its first start starts the next time', async (t) => {
  for (const moment of ['latchkey.db-wal', 'master.key']) {
    const folder = await emptyFolder(t)
    const data = join(folder, 'data')
    await mkdir(data, { mode: 0o700 })
    const changes = watch(data)
    const killed = await start(t, { folder })
    for await (const { filename } of changes) if (filename === moment) break
    killed.kill('SIGKILL')
    t.match(await killed.exited, { signal: 'SIGKILL' }, moment)

    const environment = { DATA_DIR: data, DATABASE_URL: `file:${join(data, 'latchkey.db')}` }
    const { app } = await build(t, { environment })
    t.equal((await register(app, 'ada')).statusCode, 201, moment)
  }
})

t.test('an instance that dies while migrating PostgreSQL does not block the next', async (t) => {
  const url = await createEmptyPostgresDatabase(t)
  const other = await connectedTo(t, url)
  // A start that creates the same table waits until this transaction ends.
  await other.query('begin; create table latchkey_migrations (name text)')
  const dying = buildOn(t, url)
  dying.catch(() => {})
  await lockAwaited(url)
  await killWaiting(url)
  await t.rejects(dying)
  await other.query('rollback')
  const { app } = await buildOn(t, url)
  t.equal((await register(app, 'ada')).statusCode, 201)
})

t.test('starting on an up-to-date database does not change its schema', async (t) => {
  const url = await createPostgresDatabase(t)
  const { app } = await buildOn(t, url)
  await signedUp(app, 'ada')
  const before = await query(url, 'select * from latchkey_migrations')
  const { app: next } = await buildOn(t, url)
  t.strictSame(await query(url, 'select * from latchkey_migrations'), before)
  t.equal((await signIn(next, 'ada')).statusCode, 200)
})

t.test(
  'a PostgreSQL database used by a newer version is rejected by the name of its migration, and disconnected',
  async (t) => {
    const url = await createPostgresDatabase(t)
    await (await buildOn(t, url)).app.close()
    await query(url, `insert into latchkey_migrations values ('${newerMigration}', '2099-01-01T00:00:00.000Z')`)
    await t.rejects(buildOn(t, url), { code: 'start_refused', faults: [newerVersionFault] })
    await isLetGo(t, url)
  },
)

t.test('a SQLite file used by a newer version is rejected by the name of its migration, and unchanged', async (t) => {
  const folder = await emptyFolder(t)
  t.equal((await runCommand(t, { folder, parameters: ['migrate'] })).code, 0)
  const path = join(folder, 'data', 'latchkey.db')
  const database = new BetterSqlite(path)
  database.prepare('insert into latchkey_migrations values (?, ?)').run(newerMigration, '2099-01-01T00:00:00.000Z')
  database.close()

  const before = await readFile(path)
  const { code, stdout, stderr } = await runCommand(t, { folder, parameters: ['start'] })
  t.strictSame([code, stdout], [1, ''])
  t.match(stderr, newerVersionFault)
  t.equal(stderr.split('\n').length, 2)
  t.strictSame(await readFile(path), before)
})

const newerVersionFault = new RegExp(`newer version of Latchkey.*${newerMigration}.*(Start that version|backup)`)

function buildOn(t: Test, url: string) {
  return build(t, { environment: { DATABASE_URL: url, MASTER_KEY: secretFor('master key') } })
}
