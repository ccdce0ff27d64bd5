import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import latchkey from '../../src/plugin.ts'
import { createPostgresDatabase, secretFor, signedUp } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { connectedTo } from '../support/postgres.ts'

t.test('closing the host closes the SQLite database', async (t) => {
  const app = createHost(t)
  const dataDir = join(t.testdir(), 'data')
  const { databaseUrl, ...options } = mountOptions
  await app.register(latchkey, { ...options, dataDir })
  await signedUp(app, 'ada')
  const log = join(dataDir, 'latchkey.db-wal')
  t.ok(existsSync(log), 'SQLite keeps its log while a connection is open')

  await app.close()
  t.notOk(existsSync(log))
  await t.rejects(app.latchkey.checkReady())
})

t.test('closing the host closes the connections to PostgreSQL', async (t) => {
  const app = createHost(t)
  const databaseUrl = await createPostgresDatabase(t)
  await app.register(latchkey, {
    ...mountOptions,
    databaseUrl,
    masterKey: secretFor('master key'),
    secretKey: secretFor('secret key'),
  })
  await signedUp(app, 'ada')

  const name = new URL(databaseUrl).pathname.slice(1)
  const client = await connectedTo(t, process.env.TEST_POSTGRES_URL ?? '')
  const { rows } = await client.query('select from pg_stat_activity where datname = $1', [name])
  t.not(rows.length, 0)

  await app.close()
  // PostgreSQL renames a database only without connections, and waits five seconds for them to close.
  await t.resolves(client.query(`alter database ${name} rename to ${name}_closed`))
  await client.query(`alter database ${name}_closed rename to ${name}`)
})

t.test('a mount that fails to start releases the database when its host is closed', async (t) => {
  const dataDir = join(t.testdir(), 'data')
  const { databaseUrl, ...options } = mountOptions
  const before = createHost(t)
  await before.register(latchkey, { ...options, dataDir, masterKey: secretFor('the first master key') })
  await before.close()

  const app = createHost(t)
  await t.rejects(
    async () => app.register(latchkey, { ...options, dataDir, masterKey: secretFor('another master key') }),
    { message: /is not the one that this database was made with/ },
  )
  await app.close()
  t.strictSame(
    (await readdir(dataDir)).filter((name) => name.startsWith('latchkey.db')),
    ['latchkey.db'],
  )
})
