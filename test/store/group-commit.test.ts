/*
 * Writes that come together share a transaction on SQLite. Nobody may notice, but by the time it takes.
 */
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
  'writes of one turn of the event loop all take effect, and each result reaches who asked for it',
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

t.test('however many they are, they take effect in the order in which they came', async (t) => {
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

t.test('those that come together are few commits; those that come one after another are one each', async (t) => {
  const { store, path } = await open(t, 'sqlite')
  const before = await commitsIn(path)
  await Promise.all(names(250).map((name) => store.write((db) => insert(db, name))))
  const together = (await commitsIn(path)) - before
  t.ok(together > 0 && together <= 5, `${together} commits`)

  for (const name of names(10)) await store.write((db) => insert(db, `late ${name}`))
  t.equal((await commitsIn(path)) - before - together, 10)
})

onBoth(t, 'one that fails is undone alone, and fails with its own error', async (t, database) => {
  const { store } = await open(t, database)
  const refusal = new ApiError('insufficient_scope')
  const mistake = new Error('not like this')
  const outcomes = await Promise.all([
    failureOf(store.write((db) => insert(db, 'ada'))),
    failureOf(
      store.write(async (db) => {
        await insert(db, 'refused')
        throw refusal
      }),
    ),
    failureOf(store.write((db) => insert(db, 'grace'))),
    failureOf(
      store.write(async (db) => {
        await insert(db, 'mistaken')
        throw mistake
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
  t.equal(outcomes[1], refusal)
  t.equal(outcomes[3], mistake)
  t.match(outcomes[4], { code: /UNIQUE|PRIMARYKEY|23505/ })
  t.strictSame([outcomes[0], outcomes[2], outcomes[5]], [undefined, undefined, undefined])
  t.strictSame(await idsIn(store), ['ada', 'alan', 'grace'])
})

t.test('of two that want the same, the first has it, and those around them are not touched', async (t) => {
  const { store } = await open(t, 'sqlite')
  const taken = new ApiError('username_taken', { detail: 'taken' })
  const claim = (name: string) =>
    failureOf(
      store.write(async (db) => {
        const [row] = await db.selectFrom('users').select('id').where('id', '=', name).execute()
        if (row !== undefined) throw taken
        await insert(db, name)
      }),
    )
  t.strictSame(await Promise.all(['ada', 'grace', 'ada', 'alan', 'grace'].map(claim)), [
    undefined,
    undefined,
    taken,
    undefined,
    taken,
  ])
  t.strictSame(await idsIn(store), ['ada', 'alan', 'grace'])
})

t.test('what a write saw of another one that was undone counts for nothing', async (t) => {
  const { store } = await open(t, 'sqlite')
  let tries = 0
  const capricious = failureOf(
    store.write(async (db) => {
      await insert(db, 'ada')
      if (++tries > 1) throw new Error('not again')
    }),
  )
  const witness = store.write((db) => db.selectFrom('users').select('id').execute())
  const failing = failureOf(
    store.write(async () => {
      throw new Error('no')
    }),
  )
  t.match(await capricious, { message: 'not again' })
  t.match(await failing, { message: 'no' })
  t.strictSame(await witness, [])
  t.strictSame(await idsIn(store), [])
})

t.test('a concurrent read sees all of it or nothing', async (t) => {
  const { store } = await open(t, 'sqlite')
  const find = store.prepare((db) => db.selectFrom('users').select('name').where('id', '=', 'id'))
  let read = Promise.resolve<string[]>([])
  const writes = names(3).map((name) =>
    store.write(async (db) => {
      await insert(db, name)
      for (const one of names(3)) t.equal(await find(one), undefined, 'a row that may yet be taken back')
      if (name === 'user 1') read = idsIn(store)
    }),
  )
  await writes[0]
  for (const name of names(3)) t.match(await find(name), { name: null }, 'all that was committed with it')
  await Promise.all(writes)
  t.strictSame(await read, names(3))
})

t.test('locked by another process for long, all are refused with a 503; locked for a moment, none', async (t) => {
  const { store, path } = await open(t, 'sqlite')
  const lock = await lockedByAnother(t, path)
  const refused = await Promise.all(names(20).map((name) => failureOf(store.write((db) => insert(db, name)))))
  for (const error of refused) {
    t.match(error, { statusCode: 503, code: 'temporarily_unavailable', headers: { 'retry-after': /^\d+$/ } })
  }
  t.strictSame(await idsIn(store), [])

  const taken = new Error('no')
  const waiting = [
    ...names(20).map((name) => failureOf(store.write((db) => insert(db, name)))),
    failureOf(
      store.write(async () => {
        throw taken
      }),
    ),
  ]
  await lock.release()
  t.strictSame(await Promise.all(waiting), [...names(20).map(() => undefined), taken])
  t.strictSame(await idsIn(store), names(20).sort())
})

t.test('closed with writes waiting: what is confirmed is there the next time, what is refused is not', async (t) => {
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
 * The commits that stand in SQLite's write-ahead log (https://sqlite.org/fileformat.html#the_write_ahead_log):
 * the last frame of each holds the size of the database after it, the others 0.
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
