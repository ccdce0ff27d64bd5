import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { copySqlite } from '../../src/store/sqlite/copy.ts'
import { build, databaseOf, query, register, signIn } from '../support/build.ts'
import { emptyFolder } from '../support/spawn.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { latchkey } from '../support/latchkey-command.ts'

t.test(
  'a backup under load restores cleanly, and users registered before it began can sign in (fault 11)',
  async (t) => {
    const folder = await emptyFolder(t)
    const place = placeIn(folder)
    const { app } = await build(t, { environment: place })
    const acknowledged: string[] = []
    const enough = new AbortController()

    /** Registers users and signs them in until the test has enough. */
    async function load(worker: number) {
      for (let count = 0; !enough.signal.aborted; count++) {
        const name = `user ${worker} ${count}`
        if ((await register(app, name)).statusCode === 201) acknowledged.push(name)
        if (acknowledged.length === 20) begin()
        await signIn(app, name)
      }
    }

    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const loads = Promise.all([1, 2, 3, 4].map(load))
    await begun
    const before = [...acknowledged]
    const { code, stdout, stderr } = await latchkey(t, folder, place, 'backup', 'under-load.db')
    enough.abort()
    await loads
    t.ok(
      acknowledged.length > before.length,
      `${acknowledged.length - before.length} users registered during the backup`,
    )
    t.strictSame([code, stderr], [0, ''])
    t.match(stdout, /^Backed up \S+\/latchkey\.db to under-load\.db \(\d+ KiB\), as of 20.*Z\. .*\n.*\/master\.key/)
    t.equal((await stat(join(folder, 'under-load.db'))).mode & 0o777, 0o600)
    t.strictSame(await readdir(folder), ['data', 'under-load.db'], 'no temporary file is left')
    t.match(await query(place.DATABASE_URL, "select actor_type from events where event = 'backup_made'"), [
      { actor_type: 'command' },
    ])

    const other = await emptyFolder(t)
    const restored = placeIn(other)
    await mkdir(restored.DATA_DIR, { mode: 0o700 })
    await copyFile(join(place.DATA_DIR, 'master.key'), join(restored.DATA_DIR, 'master.key'))
    t.match(await latchkey(t, other, restored, 'restore', join(folder, 'under-load.db')), { code: 0, stderr: '' })
    const again = await build(t, { environment: restored })
    for (const name of before) t.equal((await signIn(again.app, name)).statusCode, 200, name)
  },
)

t.test('a backup completes despite constant writes and holds the state at its start', async (t) => {
  const { path, insert, database } = await openFilled(t)
  const { n } = database.prepare<[], { n: number }>('select count(*) as n from users').get() ?? { n: 0 }
  let steps = 0
  const end = new AbortController()
  await copySqlite({
    from: path,
    to: `${path}.copy`,
    signal: end.signal,
    onProgress: ({ read, size }) => {
      t.ok(read <= size)
      insert()
      if (++steps === 100) end.abort()
    },
  })
  t.ok(steps > 1 && steps < 100, `it took ${steps} steps`)
  t.match(await query(`file:${path}.copy`, 'select count(*) as n from users'), [{ n }])
})

t.test('an interrupted backup leaves no file behind', async (t) => {
  const { path, folder } = await openFilled(t)
  const names = await readdir(folder)
  const end = new AbortController()
  await t.rejects(copySqlite({ from: path, to: `${path}.copy`, signal: end.signal, onProgress: () => end.abort() }), {
    message: 'The command was interrupted.',
  })
  t.strictSame(await readdir(folder), names)
})

t.test('a backup that is not possible fails with one sentence and touches no file', async (t) => {
  const place = await placeOf(t)
  const folder = await emptyFolder(t)
  t.match(await latchkey(t, folder, place, 'backup', 'x.db'), { code: 1, stderr: /^error: There is no database at / })
  await build(t, { environment: place })
  await copyFile(join(place.DATA_DIR, 'latchkey.db'), join(folder, 'there.db'))
  const { mtimeMs } = await stat(join(folder, 'there.db'))
  t.match(await latchkey(t, folder, place, 'backup', 'there.db'), {
    code: 1,
    stderr: /^error: .*\/there\.db/,
  })
  t.equal((await stat(join(folder, 'there.db'))).mtimeMs, mtimeMs)
  t.match(await latchkey(t, folder, place, 'backup', 'nowhere/x.db'), {
    code: 1,
    stderr: /^error: .*\/nowhere/,
  })
  t.match(await latchkey(t, folder, await databaseOf(t, 'postgres'), 'backup', 'x.db'), {
    code: 1,
    stderr: /^error: .*PostgreSQL.*pg_dump.*latchkey restored$/,
  })
  t.strictSame(await readdir(folder), ['there.db'])
})

/** Settings of a service in a folder, where it creates its own secrets. */
function placeIn(folder: string) {
  return { DATA_DIR: join(folder, 'data'), DATABASE_URL: `file:${join(folder, 'data/latchkey.db')}` }
}

/** A database of several thousand pages, and a function that adds an account to it. */
async function openFilled(t: Test) {
  const place = await placeOf(t)
  await (await build(t, { environment: place })).app.close()
  const path = join(place.DATA_DIR, 'latchkey.db')
  const database = new BetterSqlite(path)
  t.teardown(() => {
    database.close()
  })
  const statement = database.prepare(
    'insert into users (id, username, username_fold, email_verified, password_hash, scopes, disabled, created_at, ' +
      "updated_at) values (?, ?, ?, 0, ?, '', 0, 0, 0)",
  )
  let count = 0
  const insert = (hash = '') => {
    statement.run(String(++count), `user ${count}`, `user ${count}`, hash)
  }
  for (let times = 0; times < 100; times++) insert('x'.repeat(200_000))
  return { path, folder: place.DATA_DIR, database, insert }
}
