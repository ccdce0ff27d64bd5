import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import t, { type Test } from 'tap'
import { ApiError } from '../../src/errors/index.ts'
import { openStore, type Writer } from '../../src/store/index.ts'
import { createPostgresDatabase, onBoth, secretFor, type DatabaseKind } from '../support/build.ts'
import { emptyFolder } from '../support/spawn.ts'

onBoth(t, 'values are read as they were written: times as numbers, text of any script', async (t, database) => {
  const store = await open(t, database)
  const time = 2 ** 52 + 1
  const user = { ...userNamed('Ada Łöve 🦉'), created_at: time, updated_at: -1, signed_in_at: null }
  await store.write((db) => db.insertInto('users').values(user).execute())
  const find = store.prepare((db) => db.selectFrom('users').selectAll().where('id', '=', 'id'))
  t.strictSame({ ...(await find(user.id)) }, user)
  t.strictSame({ ...(await store.read((db) => db.selectFrom('users').selectAll().executeTakeFirstOrThrow())) }, user)
})

onBoth(t, 'identifiers and names are compared byte by byte', async (t, database) => {
  const store = await open(t, database)
  const names = ['b', 'B', 'a', 'ä', 'A', '_', '-', 'Z', 'z', '9', 'é', 'e\u0301', 'ab', 'a b']
  await store.write((db) => db.insertInto('users').values(names.map(userNamed)).execute())
  const bytes = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  for (const column of ['id', 'username', 'username_fold'] as const) {
    const rows = await store.read((db) => db.selectFrom('users').select('username').orderBy(column).execute())
    t.strictSame(
      rows.map(({ username }) => username),
      bytes,
      column,
    )
  }
})

onBoth(t, 'a statement takes any number of rows as parameters, with their values', async (t, database) => {
  const store = await open(t, database)
  const parameters = store.rowParameters({ text: 'text', number: 'bigint' })
  const select = store.prepareRows((db) => db.selectFrom(parameters.rows.as('given')).selectAll())
  const texts = ['', ' ', 'NULL', null, '"', "'", '\\', '{a,b}', '[1]', '\t\n', 'Ada Łöve 🦉']
  const given = texts.map((text) => ({ text, number: 0 }))
  const numbers = [null, -1, 2 ** 31, Number.MAX_SAFE_INTEGER].map((number) => ({ text: '', number }))
  for (const rows of [[], given, numbers, given.slice(1, 2)]) {
    const read = await store.write((db) => select(db, ...parameters.encode(rows)))
    t.strictSame(
      read.map((row) => ({ ...row })),
      rows,
    )
  }
})

onBoth(t, 'a prepared read sees committed rows, and nothing of an open transaction', async (t, database) => {
  const store = await open(t, database)
  const find = store.prepare((db) => db.selectFrom('users').select('name').where('id', '=', 'id'))
  t.equal(await find('ada'), undefined)

  await store.write(async (db) => {
    await db.insertInto('users').values(userNamed('ada')).execute()
    t.equal(await find('ada'), undefined, 'a row that may be rolled back')
  })
  t.match(await find('ada'), { name: null })

  await store.write(async (db) => {
    await db.updateTable('users').set({ name: 'Ada' }).execute()
    t.match(await find('ada'), { name: null })
    await db.deleteFrom('users').execute()
    t.match(await find('ada'), { name: null })
  })
  t.equal(await find('ada'), undefined)
})

onBoth(t, 'a failed write changes nothing and is not retried', async (t, database) => {
  const store = await open(t, database)
  let attempts = 0
  await t.rejects(
    store.write(async (db) => {
      attempts++
      await db.insertInto('users').values(userNamed('ada')).execute()
      throw new Error('no')
    }),
    { message: 'no' },
  )
  await t.rejects(
    store.write(async (db) => {
      attempts++
      await db.insertInto('users').values(userNamed('ada')).execute()
      await db.insertInto('users').values(userNamed('ada')).execute()
    }),
  )
  t.equal(attempts, 2)
  t.strictSame(await store.read((db) => db.selectFrom('users').selectAll().execute()), [])
})

onBoth(t, 'deferred writes are committed with the others, and know their changes', async (t, database) => {
  const store = await open(t, database)
  const rename = store.prepareDeferred((db) => db.updateTable('users').set({ name: '' }).where('id', '=', ''))
  const changes = await store.write(async (db) => {
    await store.defer(db, db.insertInto('users').values(userNamed('ada')))
    const { changedRows: none } = await rename(db, 'Grace', 'grace')
    const { changedRows: one } = await rename(db, 'Ada', 'ada')
    t.match(await db.selectFrom('users').select('name').execute(), [{ name: 'Ada' }], 'a later query sees them')
    const { changedRows: last } = await rename(db, 'Ada Lovelace', 'ada')
    return [none, one, last]
  })
  t.strictSame(await Promise.all(changes), [0, 1, 1])
  t.match(await store.read((db) => db.selectFrom('users').select('name').execute()), [{ name: 'Ada Lovelace' }])
})

onBoth(t, 'a deferred write that fails rolls everything back, and its error is thrown', async (t, database) => {
  const store = await open(t, database)
  const insert = (db: Writer, name: string) => store.defer(db, db.insertInto('users').values(userNamed(name)))
  for (const [when, next] of [
    ['before the commit', async () => {}],
    ['before another deferred write', (db: Writer) => insert(db, 'grace')],
    ['before a query', (db: Writer) => db.selectFrom('users').selectAll().execute()],
  ] as const) {
    let committed = false
    const error = await failureOf(
      store.write(async (db) => {
        store.afterCommit(db, () => {
          committed = true
        })
        await insert(db, 'ada')
        await insert(db, 'ada')
        await next(db)
      }),
    )
    t.match(error, { message: /unique/i }, when)
    t.notOk(committed, when)
    t.strictSame(await store.read((db) => db.selectFrom('users').selectAll().execute()), [], when)
  }
  await store.write((db) => insert(db, 'ada'))
})

t.test('a callback for the transaction of another store is rejected instead of never called', async (t) => {
  const [store, other] = [await open(t, 'sqlite'), await open(t, 'sqlite')]
  await store.write(async (db) => {
    t.throws(() => other.afterCommit(db, () => {}), { message: /not begun by this store/ })
    t.throws(() => other.commitWithin(db, other.startWait()), { message: /not begun by this store/ })
  })
})

t.test('a transaction that PostgreSQL has aborted does not count as committed', async (t) => {
  const store = await open(t, 'postgres')
  const write = store.write(async (db) => {
    await db.insertInto('users').values(userNamed('ada')).execute()
    await sql`not a statement`.execute(db).catch(() => {})
  })
  await t.rejects(write, { message: /nothing was committed/ })
})

onBoth(t, 'simultaneous writes through two instances all take effect once', async (t, database) => {
  const url =
    database === 'sqlite' ? `file:${join(await emptyFolder(t), 'latchkey.db')}` : await createPostgresDatabase(t)
  const stores = [await open(t, database, url), await open(t, database, url)]
  await stores[0]!.write((db) => db.insertInto('users').values(userNamed('ada')).execute())
  await Promise.all(stores.flatMap((store) => Array.from({ length: 10 }, () => store.write(increment))))
  t.equal(await counter(stores[0]!), 20)
})

t.test('a write that fails to serialize is retried, and takes effect once', async (t) => {
  const store = await open(t, 'postgres')
  await store.write((db) => db.insertInto('users').values(userNamed('ada')).execute())
  let attempts = 0
  await store.write(async (db) => {
    await sql`set transaction isolation level serializable`.execute(db)
    await db.selectFrom('users').selectAll().execute()
    if (++attempts === 1) await store.write(increment)
    await increment(db)
  })
  t.equal(attempts, 2)
  t.equal(await counter(store), 2)
})

t.test('one of two deadlocked writes is retried, and both take effect once', async (t) => {
  const store = await open(t, 'postgres')
  await store.write((db) =>
    db
      .insertInto('users')
      .values([userNamed('ada'), userNamed('grace')])
      .execute(),
  )
  let attempts = 0
  let startedCount = 0
  let proceed = () => {}
  const bothStarted = new Promise<void>((resolve) => {
    proceed = resolve
  })
  const inOrder = (...names: string[]) =>
    store.write(async (db) => {
      attempts++
      for (const name of names) {
        await db
          .updateTable('users')
          .where('id', '=', name)
          .set((row) => ({ updated_at: row('updated_at', '+', 1) }))
          .execute()
        if (++startedCount === 2) proceed()
        await bothStarted
      }
    })
  await Promise.all([inOrder('ada', 'grace'), inOrder('grace', 'ada')])
  // A retry may meet the other write again before that has ended.
  t.ok(attempts >= 3)
  const rows = await store.read((db) => db.selectFrom('users').select('updated_at').execute())
  t.strictSame(rows, [{ updated_at: 2 }, { updated_at: 2 }])
})

t.test('a write that keeps failing to serialize ends with a 503', async (t) => {
  const store = await open(t, 'postgres')
  let attempts = 0
  const error = await failureOf(
    store.write(async (db) => {
      attempts++
      await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(db)
    }),
  )
  t.ok(attempts > 3)
  t.type(error, ApiError)
  t.match(error, { statusCode: 503, headers: { 'retry-after': /^\d+$/ } })
})

async function open(t: Test, database: DatabaseKind, url?: string) {
  const store = await openStore(url ?? (database === 'sqlite' ? ':memory:' : await createIcuDatabase(t)))
  t.teardown(() => store.close())
  return store
}

/** A database with dictionary order for all columns that do not specify another. */
async function createIcuDatabase(t: Test) {
  const url = new URL(await createPostgresDatabase(t))
  const name = `${url.pathname.slice(1)}_icu`
  const client = new pg.Client(url.href)
  await client.connect()
  await client.query(`create database ${name} template template0 locale_provider icu icu_locale 'en-US'`)
  t.teardown(async () => {
    await client.query(`drop database ${name} with (force)`)
    await client.end()
  })
  url.pathname = name
  return url.href
}

function userNamed(name: string) {
  return {
    id: name,
    username: name,
    username_fold: name,
    name: null,
    name_fold: null,
    email: null,
    email_fold: null,
    email_verified: 0 as const,
    pending_email: null,
    password_hash: secretFor(name),
    password_version: 0,
    scopes: '',
    disabled: 0 as const,
    created_at: 0,
    updated_at: 0,
    second_factors: 0,
    factors_version: 0,
  }
}

/** Reads, then writes. On SQLite such a transaction fails unless it began with the lock. */
async function increment(db: Writer) {
  await db.selectFrom('users').select('updated_at').executeTakeFirstOrThrow()
  await db
    .updateTable('users')
    .set((row) => ({ updated_at: row('updated_at', '+', 1) }))
    .execute()
}

async function counter(store: Awaited<ReturnType<typeof open>>) {
  const { updated_at: count } = await store.read((db) =>
    db.selectFrom('users').select('updated_at').executeTakeFirstOrThrow(),
  )
  return count
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
