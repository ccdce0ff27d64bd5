/* On SQLite, simultaneous writes share a transaction. Callers notice only the time this saves. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ApiError } from '../../src/errors/index.ts'
import { openStore, type Store, type Writer } from '../../src/store/index.ts'
import { createPostgresDatabase, onBoth, secretFor, type DatabaseKind } from '../support/build.ts'
import { emptyFolder } from '../support/spawn.ts'
import { lockedByAnother } from '../support/database-lock.ts'

const names = (count: number) => Array.from({ length: count }, (_, index) => `user ${index}`)

onBoth(
  t,
  'all writes of one turn of the event loop take effect, and each caller gets its own result',
  async (t, database) => {
    const { store } = await open(t, database)
    const results = await Promise.all(
      names(60).map((name) =>
        store.write(async (db) => {
          await insert(db, name)
          const { id } = await db.selectFrom('users').select('id').where('id', '=', name).executeTakeFirstOrThrow()
          return id
        }),
      ),
    )
    t.strictSame(results, names(60))
    t.strictSame(await idsIn(store), names(60).sort())
  },
)

t.test('any number of writes take effect in the order in which they were made', async (t) => {
  const { store } = await open(t, 'sqlite')
  const results = await Promise.all(
    names(250).map((name) =>
      store.write(async (db) => {
        await insert(db, name)
        return (await db.selectFrom('users').select('id').execute()).length
      }),
    ),
  )
  t.strictSame(
    results,
    names(250).map((_, index) => index + 1),
  )
})

t.test('simultaneous writes share few commits, and sequential ones have one each', async (t) => {
  const { store, path } = await open(t, 'sqlite')
  const before = await commitsIn(path)
  await Promise.all(names(250).map((name) => store.write((db) => insert(db, name))))
  const together = (await commitsIn(path)) - before
  t.ok(together > 0 && together <= 5, `${together} commits`)

  for (const name of names(10)) await store.write((db) => insert(db, `late ${name}`))
  t.equal((await commitsIn(path)) - before - together, 10)
})

onBoth(t, 'a failed write is rolled back alone, and fails with its own error', async (t, database) => {
  const { store } = await open(t, database)
  const rejection = new ApiError('insufficient_scope')
  const bug = new Error('a bug')
  const outcomes = await Promise.all([
    failureOf(store.write((db) => insert(db, 'ada'))),
    failureOf(
      store.write(async (db) => {
        await insert(db, 'refused')
        throw rejection
      }),
    ),
    failureOf(store.write((db) => insert(db, 'grace'))),
    failureOf(
      store.write(async (db) => {
        await insert(db, 'mistaken')
        throw bug
      }),
    ),
    failureOf(
      store.write(async (db) => {
        await insert(db, 'twice')
        await insert(db, 'twice')
      }),
    ),
    failureOf(store.write((db) => insert(db, 'alan'))),
  ])
  t.equal(outcomes[1], rejection)
  t.equal(outcomes[3], bug)
  t.match(outcomes[4], { code: /UNIQUE|PRIMARYKEY|23505/ })
  t.strictSame([outcomes[0], outcomes[2], outcomes[5]], [undefined, undefined, undefined])
  t.strictSame(await idsIn(store), ['ada', 'alan', 'grace'])
})

t.test('the first of two conflicting writes succeeds, and the others around them are unaffected', async (t) => {
  const { store } = await open(t, 'sqlite')
  const failure = new ApiError('username_taken', { detail: 'taken' })
  const claim = (name: string) =>
    failureOf(
      store.write(async (db) => {
        const [row] = await db.selectFrom('users').select('id').where('id', '=', name).execute()
        if (row !== undefined) throw failure
        await insert(db, name)
      }),
    )
  t.strictSame(await Promise.all(['ada', 'grace', 'ada', 'alan', 'grace'].map(claim)), [
    undefined,
    undefined,
    failure,
    undefined,
    failure,
  ])
  t.strictSame(await idsIn(store), ['ada', 'alan', 'grace'])
})

t.test('what a write read from another that was rolled back is discarded', async (t) => {
  const { store } = await open(t, 'sqlite')
  let attempts = 0
  const failingLater = failureOf(
    store.write(async (db) => {
      await insert(db, 'ada')
      if (++attempts > 1) throw new Error('failed later')
    }),
  )
  const witness = store.write((db) => db.selectFrom('users').select('id').execute())
  const failing = failureOf(
    store.write(async () => {
      throw new Error('no')
    }),
  )
  t.match(await failingLater, { message: 'failed later' })
  t.match(await failing, { message: 'no' })
  t.strictSame(await witness, [])
  t.strictSame(await idsIn(store), [])
})

t.test('a concurrent read sees all of a commit or nothing', async (t) => {
  const { store } = await open(t, 'sqlite')
  const find = store.prepare((db) => db.selectFrom('users').select('name').where('id', '=', 'id'))
  let read = Promise.resolve<string[]>([])
  const writes = names(3).map((name) =>
    store.write(async (db) => {
      await insert(db, name)
      for (const other of names(3)) t.equal(await find(other), undefined, 'a row that may be rolled back')
      if (name === 'user 1') read = idsIn(store)
    }),
  )
  await writes[0]
  for (const name of names(3)) t.match(await find(name), { name: null }, 'all rows of the commit')
  await Promise.all(writes)
  t.strictSame(await read, names(3))
})

t.test('a long lock of another process rejects all writes with a 503, and a short one rejects none', async (t) => {
  const { store, path } = await open(t, 'sqlite')
  const lock = await lockedByAnother(t, path)
  const rejected = await Promise.all(names(20).map((name) => failureOf(store.write((db) => insert(db, name)))))
  for (const error of rejected) {
    t.match(error, { statusCode: 503, code: 'temporarily_unavailable', headers: { 'retry-after': /^\d+$/ } })
  }
  t.strictSame(await idsIn(store), [])

  const failure = new Error('no')
  const waiting = [
    ...names(20).map((name) => failureOf(store.write((db) => insert(db, name)))),
    failureOf(
      store.write(async () => {
        throw failure
      }),
    ),
  ]
  await lock.release()
  t.strictSame(await Promise.all(waiting), [...names(20).map(() => undefined), failure])
  t.strictSame(await idsIn(store), names(20).sort())
})

t.test('when the store is closed, confirmed writes are kept and rejected ones are not', async (t) => {
  const { store, path } = await open(t, 'sqlite')
  const writes = names(250).map((name) =>
    store
      .write((db) => insert(db, name))
      .then(
        () => [name],
        () => [],
      ),
  )
  t.strictSame(await writes[0], ['user 0'])
  const closed = store.close()
  t.type(await failureOf(store.write((db) => insert(db, 'too late'))), Error)
  await closed
  const confirmed = (await Promise.all(writes)).flat()

  const next = await openStore(`file:${path}`)
  t.teardown(() => next.close())
  t.strictSame(await idsIn(next), confirmed.sort())
})

async function open(t: Test, database: DatabaseKind) {
  const path = join(await emptyFolder(t), 'latchkey.db')
  const store = await openStore(database === 'sqlite' ? `file:${path}` : await createPostgresDatabase(t))
  t.teardown(() => store.close())
  return { store, path }
}

/**
 * Counts the commits in the write-ahead log of SQLite (https://sqlite.org/fileformat.html#the_write_ahead_log): the
 * last frame of each contains the size of the database, the others 0.
 */
async function commitsIn(path: string) {
  const log = await readFile(`${path}-wal`)
  const frame = 24 + log.readUInt32BE(8)
  const starts = Array.from({ length: Math.floor((log.length - 32) / frame) }, (_, index) => 32 + index * frame)
  return starts.filter(
    (start) => log.readUInt32BE(start + 4) > 0 && log.compare(log, 16, 24, start + 8, start + 16) === 0,
  ).length
}

async function insert(db: Writer, name: string) {
  await db
    .insertInto('users')
    .values({
      id: name,
      username: name,
      username_fold: name,
      name: null,
      email: null,
      email_fold: null,
      email_verified: 0,
      password_hash: secretFor(name),
      scopes: '',
      disabled: 0,
      created_at: 0,
      updated_at: 0,
    })
    .execute()
}

async function idsIn(store: Store) {
  const rows = await store.read((db) => db.selectFrom('users').select('id').orderBy('id').execute())
  return rows.map(({ id }) => id)
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
