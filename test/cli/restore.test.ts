import { copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { holdSqlite } from '../../src/store/sqlite/replace.ts'
import { build, getMe, query, refresh, secretFor, signedUp, signIn } from '../support/build.ts'
import { createVersionOne } from '../support/version-one.ts'
import { placeOf, type Place } from '../support/forged-tokens.ts'
import { endCredentials, issueCredentials, assertEnded } from '../support/issued.ts'
import { latchkey } from '../support/latchkey-command.ts'

const pathOf = ({ DATA_DIR: folder }: Place) => join(folder, 'latchkey.db')

const isRefused = async (t: Test, place: Place, words: RegExp, ...parameters: string[]) =>
  t.match(await latchkey(t, place.DATA_DIR, place, 'restore', ...parameters), { code: 1, stdout: '', stderr: words })

t.test('after restoring a backup, everything ended since then stays ended unless it is kept (S17)', async (t) => {
  const place = await placeOf(t)
  const before = await build(t, { environment: place })
  const given = await issueCredentials(before.app, before.mailbox)
  t.match(await latchkey(t, place.DATA_DIR, place, 'backup', 'before.db'), { code: 0, stderr: '' })
  await endCredentials(before.app, given)
  await before.app.close()

  const { code, stdout, stderr } = await latchkey(t, place.DATA_DIR, place, 'restore', 'before.db')
  t.strictSame([code, stderr], [0, ''])
  t.match(
    stdout,
    /^Restored \S+latchkey\.db from before\.db\.\nThe previous .* kept as \S+latchkey\.db\.before-20\S+\. .*\n/,
  )
  t.match(stdout, /\nRevoked: sessions \(2\), signing keys \(1\), e-mailed links \(1\), /)
  t.match(stdout, /Deleted users exist again[^]*\nNow start the service\.$/)
  const after = await build(t, { environment: place })
  await assertEnded(t, after.app, given)
  await after.app.close()
  t.match(await query(place.DATABASE_URL, "select outcome, actor_type from events where event = 'backup_restored'"), [
    { outcome: 'success', actor_type: 'command' },
  ])

  const { former: replaced, ended } = JSON.parse(
    (await latchkey(t, place.DATA_DIR, place, 'restore', 'before.db', '--keep', '--json')).stdout,
  )
  t.equal(ended, null)
  const kept = await build(t, { environment: place })
  t.equal((await getMe(kept.app, given.one.access_token)).statusCode, 200)
  t.equal((await refresh(kept.app, given.one.refresh_token)).statusCode, 200)
  await kept.app.close()
  t.equal((await stat(replaced)).mode & 0o777, 0o600)
  t.match(
    await latchkey(t, place.DATA_DIR, place, 'restore', replaced),
    { code: 0 },
    'the replaced database is a valid backup',
  )
})

t.test(
  'an invalid or foreign backup, or a database in use, is rejected with a sentence, and nothing changes',
  async (t) => {
    const place = await placeOf(t)
    const { app } = await build(t, { environment: place })
    await signedUp(app, 'ada')
    const at = (name: string) => join(place.DATA_DIR, name)
    const backup = await latchkey(t, place.DATA_DIR, place, 'backup', 'backup.db')
    t.equal(backup.code, 0)
    await isRefused(t, place, /^error: \S+latchkey\.db is in use/, 'backup.db')
    t.equal((await signIn(app, 'ada')).statusCode, 200, 'the service is not affected')
    await app.close()

    const bytes = await readFile(at('backup.db'))
    await writeFile(at('cut.db'), bytes.subarray(0, bytes.length / 2))
    await writeFile(
      at('hole.db'),
      Buffer.concat([bytes.subarray(0, 4096 * 3), Buffer.alloc(4096 * 3, 7), bytes.subarray(4096 * 6)]),
    )
    await writeFile(at('text.db'), 'This was a database once.'.repeat(99))
    await writeFile(at('empty.db'), '')
    new BetterSqlite(at('other.db')).exec('create table users (id)').close()
    await copyFile(at('backup.db'), at('newer.db'))
    await query(
      `file:${at('newer.db')}`,
      "insert into latchkey_migrations values ('9999_from_the_future', '2099-01-01T00:00:00.000Z')",
    )

    const content = async () => [
      await query(place.DATABASE_URL, 'select * from users'),
      await query(place.DATABASE_URL, 'select * from sessions'),
      await query(place.DATABASE_URL, 'select * from events'),
    ]
    const [present, names] = [await content(), await readdir(place.DATA_DIR)]
    await isRefused(t, place, /^error: \S+\/cut\.db is damaged\.$/, 'cut.db')
    await isRefused(t, place, /^error: \S+\/hole\.db is damaged\.$/, 'hole.db')
    await isRefused(t, place, /^error: \S+\/text\.db is not an? SQLite database/, 'text.db')
    await isRefused(t, place, /^error: \S+\/empty\.db is not a Latchkey database/, 'empty.db')
    await isRefused(t, place, /^error: \S+\/other\.db is not a Latchkey database/, 'other.db')
    await isRefused(t, place, /newer version of Latchkey, .*9999_from_the_future/, 'newer.db')
    await isRefused(t, place, /^error: \S+\/nowhere\.db does not exist\.$/, 'nowhere.db')
    await isRefused(t, place, /^error: \S+\/latchkey\.db is the database itself\.$/, 'latchkey.db')
    await isRefused(
      t,
      { ...place, MASTER_KEY: secretFor('another master key') },
      /^error: .*made with a different master key than MASTER_KEY.*MASTER_KEY_PREVIOUS.*--reset-keys/,
      'backup.db',
    )
    await isRefused(
      t,
      { ...place, DATABASE_URL: 'postgres://127.0.0.1:1/nowhere' },
      /^error: .*PostgreSQL.*pg_restore.*latchkey restored$/,
      'backup.db',
    )
    t.strictSame(await readdir(place.DATA_DIR), names)
    t.strictSame(await content(), present)
  },
)

t.test('without the original MASTER_KEY, accounts are still restored, also into an empty folder', async (t) => {
  const { MASTER_KEY, ...place } = await placeOf(t)
  const first = await build(t, { environment: place })
  const ada = await signedUp(first.app, 'ada')
  await first.app.close()
  const at = (name: string) => join(place.DATA_DIR, name)
  await rename(at('latchkey.db'), at('backup.db'))
  await rm(at('master.key'))
  const empty = { ...place, DATA_DIR: at('new'), DATABASE_URL: `file:${at('new/latchkey.db')}` }

  t.match(await latchkey(t, place.DATA_DIR, empty, 'restore', 'backup.db'), {
    code: 1,
    stderr: /made with a different master key than \S+master\.key, or .* missing.*--reset-keys/,
  })
  t.strictSame(await readdir(at('new')), [])
  // A log of a database that was removed would be read as part of the next one.
  await writeFile(at('new/latchkey.db-wal'), 'x')
  t.match(await latchkey(t, place.DATA_DIR, empty, 'restore', 'backup.db', '--reset-keys'), {
    code: 0,
    stdout: /\nRevoked: sessions \(1\)/,
    stderr: '',
  })
  t.match(await readdir(at('new')), ['latchkey.db', /^latchkey\.db\.before-.*-wal$/, 'master.key'])
  const after = await build(t, { environment: empty })
  t.equal((await refresh(after.app, ada.refresh_token)).statusCode, 400)
  t.equal((await signIn(after.app, 'ada')).statusCode, 200)
})

t.test('a backup of a previous version replaces a damaged database and is migrated', async (t) => {
  const place = await placeOf(t)
  const at = (name: string) => join(place.DATA_DIR, name)
  await createVersionOne(`file:${at('old.db')}`, 'http://localhost:3000/auth', 0)
  await writeFile(pathOf(place), 'This was a database once.'.repeat(99))

  const { code, stdout } = await latchkey(t, place.DATA_DIR, place, 'restore', 'old.db')
  t.equal(code, 0)
  t.match(stdout, /\nApplied migrations: 0002_[^]*\nThe previous database is damaged/)
  const names = await readdir(place.DATA_DIR)
  t.match(names, ['latchkey.db', /^latchkey\.db\.before-.*Z$/, 'old.db'])
  t.equal(names.length, 3)
  const { app } = await build(t, { environment: place })
  t.equal((await signIn(app, 'ada')).statusCode, 200)
})

t.test('a service that starts while a database is being replaced never writes to the previous one', async (t) => {
  const place = await placeOf(t)
  await (await build(t, { environment: place })).app.close()
  const path = pathOf(place)
  await copyFile(path, `${path}.draft`)
  const held = await holdSqlite(path)
  const starting = new BetterSqlite(path, { timeout: 0 })
  t.teardown(() => {
    starting.close()
  })
  t.throws(() => starting.pragma('journal_mode = WAL'), { code: 'SQLITE_BUSY' }, 'the start has to wait')
  t.equal(await held.replace(`${path}.draft`, `${path}.aside`), true)
  held.release()
  t.throws(() => starting.pragma('journal_mode = WAL'), { code: 'SQLITE_READONLY_DBMOVED' })
  t.strictSame(await readdir(place.DATA_DIR), ['latchkey.db', 'latchkey.db.aside'])
})
