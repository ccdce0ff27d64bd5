import { execFileSync } from 'node:child_process'
import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { build, getMe, query, register, secretFor, signedUp, signIn } from '../support/build.ts'
import { openStore } from '../../src/store/store.ts'
import { emptyFolder } from '../support/spawn.ts'
import { lockedByAnother } from '../support/database-lock.ts'
import { createVersionOne } from '../support/version-one.ts'

const key = {
  kid: 'one',
  generation: 1,
  alg: '',
  public_jwk: '',
  private_sealed: '',
  created_at: 0,
  signs_at: 0,
  token_lifetime_seconds: 0,
}

t.test('while another process locks the database, reads continue, and a write waits for the lock', async (t) => {
  const path = join(await emptyFolder(t), 'latchkey.db')
  const store = await openStore(`file:${path}`)
  t.teardown(() => store.close())
  const find = store.prepare((db) => db.selectFrom('signing_keys').selectAll().where('kid', '=', 'kid'))

  const lock = await lockedByAnother(t, path)
  let hasStarted = false
  const write = store.write(async (db) => {
    hasStarted = true
    await db.insertInto('signing_keys').values(key).execute()
  })
  // Writes start at the end of the turn. The ping follows on the same connection, so the first attempt has ended.
  await setImmediate()
  await store.ping()
  t.notOk(hasStarted)
  t.equal(await find('one'), undefined)

  await lock.release()
  await write
  t.match(await find('one'), { generation: 1 })
})

t.test('reads that start in one turn see what another process has committed before each of them', async (t) => {
  const path = join(await emptyFolder(t), 'latchkey.db')
  const store = await openStore(`file:${path}`)
  const find = store.prepare((db) => db.selectFrom('state').select('value').where('name', '=', 'issuer'))
  const commit = (name: string) =>
    execFileSync(process.execPath, [
      '-e',
      "require('better-sqlite3')(process.argv[1]).prepare('insert into state values (?, 1)').run(process.argv[2])",
      ...[path, name],
    ])

  const early = find('issuer')
  commit('issuer')
  const late = find('issuer')
  const next = late.then(() => {
    commit('key_type')
    return find('key_type')
  })
  // A read that fails does not affect the others.
  const failed = t.rejects(find(), { message: /parameter/ })
  t.match(await Promise.all([early, late, next]), [{ value: '1' }, { value: '1' }, { value: '1' }])
  await failed

  const interrupted = [find('issuer'), find('issuer')]
  await store.close()
  for (const read of interrupted) await t.rejects(read, { message: /not open/ })
})

t.test('a data folder of another owner that the group can write works (O3)', async (t) => {
  const folder = await emptyFolder(t)
  const place = { DATA_DIR: folder, DATABASE_URL: `file:${join(folder, 'latchkey.db')}` }
  // Loads all modules while they are still readable.
  const first = await build(t, { environment: place })
  await register(first.app, 'ada')
  await first.app.close()
  const isRoot = process.getuid?.() === 0
  for (const path of [folder, ...(await readdir(folder)).map((name) => join(folder, name))]) {
    await chmod(path, path === folder ? 0o2770 : 0o660)
    if (isRoot) await chown(path, 4711, 4712)
  }

  if (isRoot) process.setegid?.(4712)
  if (isRoot) process.seteuid?.(4713)
  try {
    const { app } = await build(t, { environment: place, logStream: { write: () => {} } })
    t.equal((await signIn(app, 'ada')).statusCode, 200)
    await app.close()
  } finally {
    if (isRoot) process.seteuid?.(0)
    if (isRoot) process.setegid?.(0)
  }
  const { uid } = await stat(join(folder, 'latchkey.db'))
  if (isRoot) t.equal(uid, 4711)
})

t.test('a long lock of another process causes a 503 with Retry-After until it is released', async (t) => {
  const path = join(await emptyFolder(t), 'latchkey.db')
  const { app } = await buildOn(t, path)
  const ada = await signedUp(app, 'ada')

  const lock = await lockedByAnother(t, path)
  const [rejected, rejectedSignIn, me] = await Promise.all([
    register(app, 'grace'),
    signIn(app, 'ada'),
    getMe(app, ada.access_token),
  ])
  t.equal(me.statusCode, 200)
  t.equal(rejected.statusCode, 503)
  t.match(rejected.headers, { 'retry-after': /^\d+$/, 'content-type': /^application\/problem\+json/ })
  t.match(rejected.json(), { code: 'temporarily_unavailable' })
  t.equal(rejectedSignIn.statusCode, 503)
  t.match(rejectedSignIn.headers['retry-after'], /^\d+$/)
  t.match(rejectedSignIn.json(), { error: 'temporarily_unavailable' })

  await lock.release()
  t.equal((await register(app, 'grace')).statusCode, 201)
  t.equal((await signIn(app, 'ada')).statusCode, 200)
})

t.test('a full disk causes a 503 with Retry-After for writes, not for reads, until there is space', async (t) => {
  const path = join(await emptyFolder(t), 'latchkey.db')
  const store = await openStore(`file:${path}`)
  t.teardown(() => store.close())
  const allow = (pages: number) => store.write((db) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(db))
  const write = (kid: string) =>
    store.write((db) =>
      db
        .insertInto('signing_keys')
        .values({ ...key, kid, public_jwk: 'x'.repeat(100_000) })
        .execute(),
    )

  await allow(1)
  for (const kids of [['one'], ['one', 'two']]) {
    for (const outcome of await Promise.allSettled(kids.map(write))) {
      t.match(outcome, {
        status: 'rejected',
        reason: { statusCode: 503, code: 'temporarily_unavailable', headers: { 'retry-after': /^\d+$/ } },
      })
    }
  }
  t.strictSame(await store.read((db) => db.selectFrom('signing_keys').selectAll().execute()), [])
  await allow(1_000_000)
  await t.resolves(write('one'))
})

t.test('a start waits for a lock of another process, and finally fails', async (t) => {
  const path = join(await emptyFolder(t), 'latchkey.db')
  await (await buildOn(t, path)).app.close()
  const lock = await lockedByAnother(t, path)
  await t.rejects(buildOn(t, path), { code: 'start_refused', faults: [new RegExp(`${path}.*locked`)] })
  const start = buildOn(t, path)
  await lock.release()
  await t.resolves(start)
})

t.test('a migration that SQLite rolls back by itself fails with the cause', async (t) => {
  const url = `file:${join(await emptyFolder(t), 'latchkey.db')}`
  await createVersionOne(url, 'http://localhost:3000/auth', 0)
  // Like a full disk, this ends the transaction.
  await query(
    url,
    `create trigger fill before insert on latchkey_migrations
    begin select raise(rollback, 'database or disk is full'); end`,
  )
  await t.rejects(openStore(url), { message: 'database or disk is full' })
})

t.test('a file that is not a database is rejected and unchanged', async (t) => {
  const path = join(await emptyFolder(t), 'latchkey.db')
  await writeFile(path, 'Dear diary, '.repeat(1000))
  await t.rejects(buildOn(t, path), {
    code: 'start_refused',
    faults: [new RegExp(`${path} is damaged or not a SQLite database.*backup`)],
  })
  t.equal(await readFile(path, 'utf8'), 'Dear diary, '.repeat(1000))
})

t.test('a damaged database is rejected, and closed', async (t) => {
  const folder = await emptyFolder(t)
  const path = join(folder, 'latchkey.db')
  const { app } = await buildOn(t, path)
  await app.close()
  const bytes = await readFile(path)
  for (const [what, from, to] of [
    ['a single page', 10 * 4096, 11 * 4096],
    ['everything but the header', 100, bytes.length],
  ] as const) {
    await writeFile(path, Buffer.from(bytes).fill(0x5a, from, to))
    await t.rejects(buildOn(t, path), { code: 'start_refused', faults: [/is damaged or not a SQLite database/] }, what)
    // Files of the write-ahead log exist as long as a connection is open.
    t.strictSame(await readdir(folder), ['latchkey.db'], what)
  }
})

t.test('a missing, read-only or invalid folder is reported by its path', async (t) => {
  const folder = await emptyFolder(t)
  await writeFile(join(folder, 'file'), '')
  for (const [environment, named] of [
    [{ DATABASE_URL: `file:${folder}/nowhere/latchkey.db` }, `${folder}/nowhere/latchkey.db`],
    [{ DATABASE_URL: `file:${folder}` }, folder],
    [{ DATABASE_URL: undefined, DATA_DIR: `${folder}/file/data` }, `${folder}/file/data`],
    [{ DATABASE_URL: undefined, DATA_DIR: `${folder}/file` }, `${folder}/file`],
    // Not even root can write there.
    [{ DATABASE_URL: undefined, DATA_DIR: '/proc/self' }, '/proc/self'],
    [{ DATABASE_URL: `file:${folder}/latchkey.db`, DATA_DIR: '/proc/self' }, '/proc/self'],
  ] as const) {
    await t.rejects(
      build(t, { environment: { MASTER_KEY: undefined, ...environment } }),
      { code: 'start_refused', faults: [new RegExp(named)] },
      named,
    )
  }
})

t.test('an in-memory database uses a temporary folder that is deleted with the service', async (t) => {
  const folder = await emptyFolder(t)
  const { TMPDIR } = process.env
  process.env.TMPDIR = folder
  t.teardown(() => {
    delete process.env.TMPDIR
    if (TMPDIR !== undefined) process.env.TMPDIR = TMPDIR
  })
  const { app: one } = await build(t)
  const { app: other } = await build(t)
  t.equal((await readdir(folder)).length, 2)
  await register(one, 'ada')
  t.equal((await signIn(other, 'ada')).statusCode, 401)
  await one.close()
  await other.close()
  t.strictSame(await readdir(folder), [])

  const onStatement = () => {
    throw new Error('no start today')
  }
  await t.rejects(openStore(':memory:', undefined, { onStatement }), { message: 'no start today' })
  t.strictSame(await readdir(folder), [], 'nor does a failed start leave one')
})

function buildOn(t: Test, path: string) {
  return build(t, { environment: { DATABASE_URL: `file:${path}`, MASTER_KEY: secretFor('master key') } })
}
