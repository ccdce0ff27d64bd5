import { randomBytes, randomUUID } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { freePort } from '../scripts/free-port.ts'
import { cheapHashes, peopleOnOwnNetworks, registerPeople } from './crowd.ts'
import { databaseIn, openDatabase } from './database.ts'
import { eventOf, openTarget } from './fill.ts'
import { registerResourceServer } from './introspection.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { residentMemoryOf, type Service, startHelper, startService } from './processes.ts'
import { figure, median, type Part, verdict } from './report.ts'
import { newSession } from './sessions.ts'
import { type Point, theilSen } from './slope.ts'
import { administratorScopes, rates, type SoakQuestion, type SoakResult, timesOf, warmUp } from './soak-load.ts'

const sampleMs = 10_000
/** The number of groups of samples. Single samples go up and down with garbage collection and housekeeping. */
const groups = 30
/** A visitor stays for a tenth of the time, but an authenticator app needs two time steps. */
const visitSecondsOf = (seconds: number) => Math.max(30, seconds / 10)

/** Enough that no resident reaches the hourly quota of events, or the maximum number of sessions. */
const residentCount = 100

/** The maximum number of connections to PostgreSQL, as by default with two cores. */
const poolSize = 14

/** The usual size of an encrypted e-mail. */
const sealedBytes = 1_900

/** Housekeeping runs every minute. */
const maxHousekeepingMs = 120_000

const dayMs = 24 * 60 * 60 * 1000
const hourMs = 60 * 60 * 1000

/** The growth that is allowed per hour. */
const bounds = {
  /** Relative to the start. A leak of a hundred bytes per request is nearly twice as much. */
  memoryShare: 0.05,
  diskShare: 0.05,
  /** Relative to the rows at the start. Rows expire at the end of a minute and not when they are due. */
  rowShare: 0.02,
}

/** A load generator that falls behind sends less than it claims. */
const maxLateMs = 1_000

/** The events that each visit causes, and the e-mails. */
const eventsPerVisit = {
  registered: 1,
  email_verification_requested: 2,
  email_verified: 1,
  signed_in: 6,
  sign_in_failed: 2,
  mfa_required: 1,
  recovery_code_used: 1,
  signed_out: 1,
  refresh_token_reused: 1,
  password_reset_requested: 1,
  password_reset: 1,
  password_changed: 1,
  second_factor_added: 1,
  account_changed: 3,
  user_invited: 1,
  invitation_withdrawn: 1,
  account_deleted: 1,
}
const mailsPerVisit = {
  verify_email: 2,
  reset_password: 1,
  session_ended: 1,
  password_changed: 2,
  factor_added: 1,
  recovery_code_used: 1,
  invitation: 1,
  account_deleted: 1,
}

/** The events of a visit that are logged as warnings. */
const alarmsPerVisit = eventsPerVisit.recovery_code_used + eventsPerVisit.refresh_token_reused

/**
 * The rows that each visit leaves, which housekeeping deletes a day later, or an hour later from `used_tokens`. The
 * usernames of deleted accounts are kept forever. The counters are those of the name that no user has.
 */
const rowsPerVisit = {
  events: sumOf(eventsPerVisit),
  outbox: sumOf(mailsPerVisit),
  throttles: 3,
  used_tokens: 1,
  retired_usernames: 1,
}

/** The rows that each sign-in of a resident leaves. */
const rowsPerSignIn = { events: 1, sessions: 1 }

interface Soaked {
  name: string
  samples: Sample[]
  result: SoakResult
  /** The rows of each table after the load. */
  after: Rows
  expected: Rows
  warnings: string[]
}

interface Database {
  url: string
  query: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>
  tables: () => Promise<string[]>
  sizeBytes: () => Promise<number>
  /** The connections of the service. */
  countConnections?: () => Promise<number>
  close: () => Promise<void>
}

type Rows = Record<string, number>

interface Sample {
  seconds: number
  values: Record<string, number>
}

/** Keeps a service on each database under a mixed load for a long time, and watches what must not grow. */
export async function measureSoak(folder: string, minutes: number): Promise<Part> {
  if (!(minutes > 0)) throw new Error('--minutes must be a positive number.')
  const seconds = minutes * 60
  const postgres = await startPostgres(join(folder, 'postgres'))
  const soaked = await Promise.all([
    soak('SQLite', join(folder, 'sqlite'), (dataDir) => openSqlite(dataDir), seconds),
    soak('PostgreSQL', join(folder, 'service'), () => openPostgres(postgres), seconds),
  ]).finally(() => postgres.stop())
  return {
    head: ['', 'at the start', 'at the end', 'growth per hour', '95 % confidence', 'bound', 'verdict'],
    method:
      `The cheapest hashes; ${figure(minutes)} minutes, of which the first third, with ${warmUp.factor} times the ` +
      'load, is not counted. Each point is the ' +
      'minimum of a thirtieth of the time, the growth is the Theil–Sen slope, and the values at start and end are ' +
      'medians of three points.',
    verdicts: soaked.flatMap((one) => slopesOf(one, seconds)),
    tables: [
      {
        place: 'soak-rows',
        head: ['rows after the load, of expected', ...soaked.map(({ name }) => name), 'verdict'],
        rows: remainsOf(soaked),
      },
    ],
  }
}

async function soak(
  name: string,
  dataDir: string,
  open: (dataDir: string) => Promise<Database>,
  seconds: number,
): Promise<Soaked> {
  const load = startHelper('soak-load.ts')
  const ask = <Answer>(question: SoakQuestion) => load.ask<Answer>(question)
  const metricsPort = await freePort()
  const database = await open(dataDir)
  const service = await startService(dataDir, {
    ...cheapHashes,
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString('base64url'),
    SMTP_URL: await ask<string>({ want: 'mail server' }),
    MAIL_FROM: 'accounts@example.com',
    TRUST_PROXY: '127.0.0.1',
    METRICS: 'on',
    METRICS_PORT: String(metricsPort),
    LOG_LEVEL: 'warn',
    // The least that is allowed.
    EVENTS_KEEP_DAYS: '1',
    // Two hundred networks cause what thousands would.
    SIGN_IN_FAILURES_PER_HOUR: '1000000',
    MAIL_REQUESTS_PER_HOUR: '1000000',
    DATABASE_POOL_SIZE: String(poolSize),
    // A busy machine must not reject requests, because overload is not measured here.
    HASH_QUEUE_MS: '10000',
    DATABASE_QUEUE_MS: '10000',
  })
  const residents = peopleOnOwnNetworks(residentCount)
  await registerPeople(service, residents)
  const ids = (await database.query<{ id: string }>('select id from users order by id')).map(({ id }) => id)
  await database.query(
    `update users set scopes = '${administratorScopes}' where username_fold = 'user0000' returning id`,
  )
  // The link for the first administrator would expire during the load.
  await database.query('delete from invitations returning id')
  const credentials = await registerResourceServer(database.url)
  await awaitHousekeeping(database)
  const before = await countLastingRows(database)
  await insertEarlierRows(database, ids, seconds)

  const startedAt = Date.now()
  const job = { url: service.url, seconds, visitSeconds: visitSecondsOf(seconds), residents, credentials }
  const samples: Sample[] = []
  const begin = performance.now()
  const loaded = new AbortController()
  const watch = async () => {
    for (let count = 0; !loaded.signal.aborted && count * sampleMs < seconds * 1000; count++) {
      await setTimeout(Math.max(0, begin + count * sampleMs - performance.now()))
      const values = await takeSample(service, database, metricsPort)
      samples.push({ seconds: (performance.now() - begin) / 1000, values })
      if (count % 6 === 0) console.log(`${name}, ${count / 6} min: ${textOf(values)}`)
    }
  }
  const [result] = await Promise.all([ask<SoakResult>(job).finally(() => loaded.abort()), watch()])
  await awaitHousekeeping(database)
  const after = await countLastingRows(database)
  const warnings = await warningsOf(dataDir, startedAt, result.visits)
  await Promise.all([service.stop(), load.stop()])
  await database.close()
  return { name, samples, result, after, expected: expectedRows(before, result), warnings }
}

/**
 * Inserts the rows that the same load has left a day before, so that they expire during the soak as fast as new rows
 * are added. Otherwise the tables would grow for a day before they are steady. The rows are as large as usual, which
 * affects the size on the disk.
 * @param ids those of the residents
 */
async function insertEarlierRows({ url, query }: Database, ids: string[], seconds: number) {
  const target = await openTarget(url)
  const now = Date.now()
  const insert = async (table: string, perSecond: number, rowOf: (expiresAt: number, index: number) => object) => {
    const rows = timesOf(perSecond, seconds).map((time, index) => ({ ...rowOf(Math.round(now + time * 1000), index) }))
    if (rows.length > 0) await target.insert(table, rows)
  }
  let visitor = ''
  await insert('events', rates.visits * rowsPerVisit.events + rates.signIns, (expiresAt, index) => {
    const time = expiresAt - dayMs
    if (index % rowsPerVisit.events === 0) visitor = uuidv7({ msecs: time })
    const details = JSON.stringify({ session_id: randomUUID() })
    return { ...eventOf(visitor, index, time), request_id: randomUUID(), details }
  })
  await insert('sessions', rates.signIns, (expiresAt, index) => ({
    ...newSession(ids[index % ids.length] ?? '', expiresAt - dayMs),
    expires_at: expiresAt,
  }))
  await insert('outbox', rates.visits * rowsPerVisit.outbox, (expiresAt) => ({
    id: uuidv7({ msecs: expiresAt - dayMs }),
    kind: 'earlier',
    user_id: null,
    recipient_hash: randomBytes(32).toString('base64url'),
    sealed: randomBytes(sealedBytes).toString('base64url'),
    created_at: expiresAt - dayMs,
    due_at: null,
    expires_at: expiresAt,
    attempts: 1,
    sent_at: expiresAt - dayMs,
  }))
  await insert('throttles', rates.visits * rowsPerVisit.throttles, (expiresAt) => ({
    key: randomBytes(32).toString('base64url'),
    user_id: null,
    factor: 'password',
    count: 1,
    counted_at: expiresAt - dayMs,
    ends_at: expiresAt,
  }))
  await insert('used_tokens', rates.visits * rowsPerVisit.used_tokens, (expiresAt) => ({
    id: uuidv7(),
    expires_at: expiresAt,
    used_at: expiresAt - hourMs,
    right_codes: 0,
  }))
  await target.close()
  // A message is deleted when it has been sent, which leaves its place in the file empty.
  await query("update outbox set sealed = null where kind = 'earlier' returning id")
}

/** Waits until housekeeping has run, which happens every minute, by an expired row that it deletes. */
async function awaitHousekeeping({ query }: Database) {
  const key = `expired ${randomBytes(8).toString('hex')}`
  await query(`insert into throttles (key, count, counted_at, ends_at) values ('${key}', 0, 0, 1) returning key`)
  const end = performance.now() + maxHousekeepingMs
  while ((await query(`select key from throttles where key = '${key}'`)).length > 0) {
    if (performance.now() > end) throw new Error('Housekeeping did not delete an expired row.')
    await setTimeout(500)
  }
}

async function countRows(database: Database): Promise<Rows> {
  const counts = (await database.tables()).map((table) => `(select count(*) from ${table}) as ${table}`)
  const [row = {}] = await database.query<Record<string, number | string>>(`select ${counts.join()}`)
  return Object.fromEntries(Object.entries(row).map(([table, count]) => [table, Number(count)]))
}

/**
 * Counts rows, without the counters of networks and changes, which expire within minutes. Includes the events that the
 * audit log only counts: more than sixty sign-ins with unknown names a minute.
 */
async function countLastingRows(database: Database): Promise<Rows> {
  const rows = await countRows(database)
  const lasting = await database.query('select key from throttles where factor is not null')
  const summaries = await database.query<{ details: string }>(
    `select details from events where details like '%"suppressed"%'`,
  )
  const suppressed = sumOf(summaries.map(({ details }) => JSON.parse(details).suppressed))
  return { ...rows, throttles: lasting.length, events: (rows.events ?? NaN) - summaries.length + suppressed }
}

function expectedRows(before: Rows, { visits, residentSignIns }: SoakResult): Rows {
  const added: Rows = {}
  for (const [table, rows] of Object.entries(rowsPerVisit)) added[table] = visits * rows
  for (const [table, rows] of Object.entries(rowsPerSignIn)) added[table] = (added[table] ?? 0) + residentSignIns * rows
  return Object.fromEntries(Object.entries(before).map(([table, count]) => [table, count + (added[table] ?? 0)]))
}

const tablePrefix = 'rows of '

async function takeSample({ pid }: Service, database: Database, metricsPort: number): Promise<Sample['values']> {
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1])
  const rows = await countRows(database)
  const connections = await database.countConnections?.()
  return {
    memory: (await residentMemoryOf(pid)) / 1e6,
    heap: metric('nodejs_heap_size_used_bytes') / 1e6,
    // The pool opens and closes connections as it needs them.
    descriptors: (await readdir(`/proc/${pid}/fd`)).length - (connections ?? 0),
    delay: metric('nodejs_eventloop_lag_p99_seconds') * 1000,
    disk: (await database.sizeBytes()) / 1e6,
    ...(connections === undefined ? {} : { connections }),
    ...Object.fromEntries(Object.entries(rows).map(([table, count]) => [tablePrefix + table, count])),
  }
}

async function openSqlite(dataDir: string): Promise<Database> {
  const query: Database['query'] = async (text) => {
    const database = openDatabase(dataDir)
    try {
      return database.prepare<[], never>(text).all()
    } finally {
      database.close()
    }
  }
  return {
    url: `file:${databaseIn(dataDir)}`,
    query,
    // The tables of the full-text index are counted by their size on the disk.
    tables: async () =>
      (
        await query<{ name: string }>(
          "select name from sqlite_schema where type = 'table' " +
            "and name not glob 'sqlite*' and name not glob 'user_search*'",
        )
      ).map(({ name }) => name),
    async sizeBytes() {
      const path = databaseIn(dataDir)
      const sizes = await Promise.all([path, `${path}-wal`].map(async (file) => (await stat(file)).size))
      return sizes.reduce((sum, size) => sum + size, 0)
    },
    close: async () => {},
  }
}

async function openPostgres(postgres: Postgres): Promise<Database> {
  const url = await postgres.createDatabase('soak')
  const client = new pg.Client(url)
  await client.connect()
  const query: Database['query'] = async <Row extends pg.QueryResultRow>(text: string) =>
    (await client.query<Row>(text)).rows
  const number = async (expression: string) => Number((await query<{ n: string }>(`select ${expression} as n`))[0]?.n)
  return {
    url,
    query,
    tables: async () =>
      (await query<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public'")).map(
        ({ name }) => name,
      ),
    sizeBytes: () => number('pg_database_size(current_database())'),
    countConnections: () =>
      number(
        '(select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() ' +
          "and backend_type = 'client backend')",
      ),
    close: () => client.end(),
  }
}

/** The lines of the table of growth. */
function slopesOf({ name, samples, result, warnings }: Soaked, seconds: number): string[][] {
  const first = seconds * warmUp.share
  const measured = samples.filter((sample) => sample.seconds >= first)
  // One in the measured time.
  const onePerHour = 3600 / (seconds - first)
  const names = Object.keys(measured[0]?.values ?? {})
  const line = (value: string, title: string, unit: string, maxPerHour?: (start: number) => number) => {
    const points = minimaOf(measured, value, seconds / groups)
    const { perX: slope, low, high } = theilSen(points)
    const start = median(points.slice(0, 3).map(({ y }) => y))
    const end = median(points.slice(-3).map(({ y }) => y))
    const max = maxPerHour?.(start)
    return [
      `${name}: ${title}`,
      figure(start) + unit,
      figure(end) + unit,
      signed(slope * 3600) + unit,
      `${signed(low * 3600)} to ${signed(high * 3600)}`,
      max === undefined ? '' : `≤ ${figure(max)}${unit}`,
      max === undefined ? '' : verdict(slope * 3600 <= max),
    ]
  }
  const connectionsLine = () => {
    const most = Math.max(...measured.map(({ values }) => values.connections ?? NaN))
    const [title = '', start = '', end = '', growth = '', interval = ''] = line('connections', 'connections', '')
    return [title, start, end, growth, interval, `≤ ${poolSize} at any time`, verdict(most <= poolSize)]
  }
  const tables = names.filter((value) => value.startsWith(tablePrefix))
  const isConstant = (value: string) => new Set(measured.map(({ values }) => values[value])).size === 1
  const constant = tables.filter(isConstant)
  const failures = Object.entries(result.failures).map(([failure, count]) => `${count} × ${failure}`)
  const none = (title: string, found: string[]) => [
    `${name}: ${title}`,
    '',
    found.join(', ') || 'none',
    '',
    '',
    'none',
    verdict(found.length === 0),
  ]
  return [
    line('memory', 'resident memory', ' MB', (start) => start * bounds.memoryShare),
    line('heap', 'heap in use', ' MB', (start) => start * bounds.memoryShare),
    line('descriptors', 'other file descriptors', '', () => onePerHour),
    ...(names.includes('connections') ? [connectionsLine()] : []),
    line('delay', 'delay of the event loop, p99', ' ms'),
    line('disk', 'database on the disk', ' MB', (start) => start * bounds.diskShare),
    ...tables
      .filter((value) => !isConstant(value))
      .map((value) => {
        const table = value.slice(tablePrefix.length)
        const title = `rows of \`${table}\``
        if (table === 'retired_usernames') return line(value, `${title}, kept forever`, '')
        return line(value, title, '', (start) => Math.max(onePerHour, start * bounds.rowShare))
      }),
    ...(constant.length === 0
      ? []
      : [
          [
            `${name}: rows of ${constant.map((value) => `\`${value.slice(tablePrefix.length)}\``).join(', ')}`,
            'constant',
            'constant',
            '0',
            '',
            '',
            'met',
          ],
        ]),
    none(`failures in ${figureOf(result.answered)} requests and ${figureOf(result.visits)} visits`, failures),
    none('warnings and errors in the log', warnings),
    [
      `${name}: delay of the load generator, at worst`,
      '',
      `${figure(result.latestMs)} ms`,
      '',
      '',
      `≤ ${figure(maxLateMs)} ms`,
      verdict(result.latestMs <= maxLateMs),
    ],
  ]
}

/** The minimum of a value in each group of samples. */
function minimaOf(samples: Sample[], value: string, groupSeconds: number): Point[] {
  const groups = new Map<number, Point>()
  for (const { seconds, values } of samples) {
    const y = values[value] ?? NaN
    const group = Math.floor(seconds / groupSeconds)
    const known = groups.get(group)
    if (known === undefined || y < known.y) groups.set(group, { x: seconds, y })
  }
  return [...groups.values()]
}

function textOf(values: Sample['values']) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${figure(value)}`)
    .join(', ')
}

function signed(value: number) {
  return `${value > 0 ? '+' : ''}${figure(value)}`
}

/** The lines of the table that compares the rows after the load with those that it should have left. */
function remainsOf(soaked: Soaked[]): string[][] {
  const tables = Object.keys(soaked[0]?.expected ?? {}).toSorted()
  const pairs = (table: string) => soaked.map(({ after, expected }) => [after[table], expected[table]] as const)
  return tables.map((table) => [
    `\`${table}\``,
    ...pairs(table).map(([count = NaN, expected = NaN]) => `${figureOf(count)} of ${figureOf(expected)}`),
    verdict(pairs(table).every(([count, expected]) => count === expected)),
  ])
}

/** Writes a number exactly. */
function figureOf(count: number) {
  return count.toLocaleString('en')
}

/** Reads the warnings and errors since the load began, without those that it caused on purpose. */
async function warningsOf(dataDir: string, since: number, visits: number): Promise<string[]> {
  const lines = (await readFile(join(dataDir, 'log'), 'utf8')).split('\n').filter((line) => line !== '')
  const counts = new Map<string, number>()
  for (const line of lines) {
    const { time, msg }: { time: number; msg: string } = JSON.parse(line)
    if (time >= since) counts.set(msg, (counts.get(msg) ?? 0) + 1)
  }
  if (counts.get('security event') === visits * alarmsPerVisit) counts.delete('security event')
  return [...counts].map(([message, count]) => `${count} × ${message}`)
}

function sumOf(counts: Record<string, number> | number[]): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
