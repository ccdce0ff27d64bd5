import { randomBytes } from 'node:crypto'
import BetterSqlite from 'better-sqlite3'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createProgressBar } from '../src/cli/progress.ts'
import { openStore } from '../src/store/index.ts'
import { insertRows } from './database.ts'
import { newSession } from './sessions.ts'

export interface Sizes {
  users: number
  sessions: number
  events: number
}

/** How to fill a database. */
interface Filling extends Sizes {
  /** `file:PATH` or `postgres://…` */
  url: string
  /** The hash of the password that all users have. */
  passwordHash: string
}

interface Target {
  insert: (table: string, rows: Record<string, string | number | null>[]) => Promise<void> | void
  close: () => Promise<void> | void
}

const day = 24 * 60 * 60 * 1000
const rowsPerBatch = 5_000

/** Expired rows would be deleted while the database is measured. */
const lifetimeMs = 400 * day

/**
 * Fills an empty database as years of use would: users of all ages, of whom one in a hundred is disabled and ten are
 * administrators, with sessions, events, known networks and a few counters. Shows its progress.
 */
export async function fillDatabase({ url, passwordHash, ...sizes }: Filling): Promise<void> {
  await (await openStore(url)).close()
  const target = await openTarget(url)
  const total = sizes.users * 2 + sizes.sessions + sizes.events
  const bar = createProgressBar(process.stderr)
  const end = Date.now()
  const time = (index: number, count: number, days: number) => Math.floor(end - days * day * (1 - index / count))
  let done = 0

  async function insertMany(
    table: string,
    count: number,
    rowOf: (index: number) => Parameters<Target['insert']>[1][0],
  ) {
    for (let first = 0; first < count; first += rowsPerBatch) {
      const size = Math.min(rowsPerBatch, count - first)
      await target.insert(
        table,
        Array.from({ length: size }, (_, index) => rowOf(first + index)),
      )
      done += size
      bar.show({ read: done, size: total, records: done })
    }
  }

  // The ids of all users would take much memory as separate texts in arrays of rows, but not in one array.
  const ids: string[] = []
  const userOf = (index: number) => ids[index % ids.length] ?? ''
  try {
    await insertMany('users', sizes.users, (index) => {
      const createdAt = time(index, sizes.users, 700)
      const id = uuidv7({ msecs: createdAt })
      ids.push(id)
      return { id, ...userColumns(index, createdAt), password_hash: passwordHash }
    })
    await insertMany('known_networks', sizes.users, (index) => {
      const seenAt = time(index, sizes.users, 20)
      return { user_id: userOf(index), network: addressOf(index), seen_at: seenAt, first_sign_in_at: seenAt }
    })
    await insertMany('sessions', sizes.sessions, (index) => {
      const startedAt = time(index, sizes.sessions, 14)
      return { ...newSession(userOf(index), startedAt), expires_at: startedAt + lifetimeMs }
    })
    await insertMany('events', sizes.events, (index) => eventOf(userOf(index), index, time(index, sizes.events, 80)))
    await insertMany('throttles', Math.floor(sizes.users / 100), (index) => ({
      key: randomBytes(32).toString('base64url'),
      user_id: userOf(index * 7),
      factor: 'password',
      count: 3,
      counted_at: end,
      ends_at: null,
    }))
  } finally {
    bar.clear()
    await target.close()
  }
}

const firstNames = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Tony', 'Margaret', 'Dennis']
const lastNames = ['Lovelace', 'Hopper', 'Turing', 'Dijkstra', 'Liskov', 'Knuth', 'Perlman', 'Hoare', 'Hamilton']

/** The username of a user of a filled database. */
export function filledName(index: number) {
  return `user${String(index).padStart(7, '0')}`
}

function userColumns(index: number, createdAt: number) {
  const username = filledName(index)
  const name = `${firstNames[index % firstNames.length]} ${lastNames[index % lastNames.length]}`
  const email = `${name.replace(' ', '.').toLowerCase()}.${index}@example${index % 90}.com`
  return {
    username,
    username_fold: username,
    name,
    name_fold: name.toLowerCase(),
    email,
    email_fold: email,
    email_verified: index % 10 === 0 ? 0 : 1,
    scopes: index < 10 ? 'users:read users:write audit:read' : index % 200 === 0 ? 'reports:read' : '',
    disabled: index % 100 === 99 ? 1 : 0,
    created_at: createdAt,
    updated_at: createdAt,
    signed_in_at: createdAt,
    second_factors: 0,
  }
}

function addressOf(index: number) {
  return `20.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
}

/** Makes an event of a user. */
export function eventOf(userId: string, index: number, time: number) {
  const isFailure = index % 10 === 0
  return {
    id: uuidv7({ msecs: time }),
    created_at: time,
    event: isFailure ? 'sign_in_failed' : 'signed_in',
    outcome: isFailure ? 'failure' : 'success',
    user_id: userId,
    actor_type: 'user',
    actor_id: userId,
    address: addressOf(index),
    user_agent: null,
    request_id: null,
    details: '{"factor":"password"}',
  }
}

/**
 * Opens a database to insert rows.
 * @param url `file:PATH` or `postgres://…`
 */
export async function openTarget(url: string): Promise<Target> {
  return url.startsWith('file:') ? openFile(url.slice('file:'.length)) : openServer(url)
}

function openFile(path: string): Target {
  const database = new BetterSqlite(path)
  // The database is filled once and not used meanwhile, so it need not survive a crash.
  database.pragma('synchronous = OFF')
  database.pragma('cache_size = -200000')
  return {
    insert: (table, rows) => insertRows(database, table, rows),
    close: () => {
      // The write-ahead log of a large transaction would otherwise stay as large while a service uses the database.
      database.pragma('wal_checkpoint(TRUNCATE)')
      database.close()
    },
  }
}

async function openServer(url: string): Promise<Target> {
  const client = new pg.Client(url)
  await client.connect()
  return {
    async insert(table, rows) {
      const names = Object.keys(rows[0] ?? {})
      const columns = names.map((name) => rows.map((row) => row[name]))
      const types = names.map((name, index) => `$${index + 1}::${typeOf(name, columns[index] ?? [])}[]`)
      await client.query(`insert into ${table} (${names.join()}) select * from unnest(${types.join()})`, columns)
    },
    async close() {
      await client.query('vacuum analyze')
      await client.end()
    },
  }
}

/** The type of a column that has these values. A column of nulls only is one of texts or of numbers. */
function typeOf(name: string, values: unknown[]) {
  return name.endsWith('_at') || values.some((value) => typeof value === 'number') ? 'bigint' : 'text'
}
