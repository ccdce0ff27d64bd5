import type { Counter, Gauge, Histogram } from '@prometheus-io/client'
import { type AnyNewEvent, events, type Finding, findings, type Severity } from '../audit/index.ts'
import type { KeyRing, Stage } from '../keys/index.ts'
import { type Delivery, mailKinds } from '../mail/index.ts'
import type { HashQueue, OnHash } from '../passwords/index.ts'
import type { Statement, Store } from '../store/index.ts'
import { operationOf, operations } from './operation.ts'
import { createSampleDatabase, sampledTables } from './sample-database.ts'

export type Metrics = Awaited<ReturnType<typeof createMetrics>>

/** The format of Prometheus, which every version of it reads. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** A request that has been answered, or whose connection has closed. */
interface EndedRequest {
  method: string
  /** The pattern of the route, which contains no values; undefined if no route matches. */
  route: string | undefined
  status: number
  durationMs: number
}

export interface MetricsOptions {
  /** Whether to add the metrics of Node.js and of the process, which belong to the host of a plugin. */
  hasProcessMetrics: boolean
  version: string
  keyRotationDays: number
  /** Milliseconds since the epoch. */
  now: () => number
}

const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const hashBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const statementBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5]
const mailBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 100]

const daySeconds = 24 * 60 * 60

/**
 * The metrics of one instance, for Prometheus. Every label has few values: patterns of routes, names from catalogues.
 * None contains a name, an address or an id of a user.
 */
export async function createMetrics({ hasProcessMetrics, version, keyRotationDays, now }: MetricsOptions) {
  // Loaded only if metrics are on.
  const prometheus = await import('@prometheus-io/client')
  const registry = new prometheus.Registry()
  const registers = [registry]
  if (hasProcessMetrics) prometheus.collectDefaultMetrics({ register: registry })

  /** The metrics of Latchkey itself. */
  const catalogue: Description[] = []

  function addCounter(name: string, help: string, labelNames: string[]): Counter<string> {
    catalogue.push({ name, type: 'counter', labelNames, help })
    return new prometheus.Counter({ name, help, labelNames, registers })
  }

  function addHistogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram<string> {
    catalogue.push({ name, type: 'histogram', labelNames, help })
    return new prometheus.Histogram({ name, help, labelNames, buckets, registers })
  }

  /** @param read called at each scrape; samples that it omits are unknown */
  function addGauge(name: string, help: string, labelNames: string[], read: () => Sample[] | Promise<Sample[]>) {
    catalogue.push({ name, type: 'gauge', labelNames, help })
    const gauge: Gauge<string> = new prometheus.Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        const samples = await read()
        gauge.reset()
        for (const [labels, value] of samples) gauge.set(labels, value)
      },
    })
  }

  addGauge('latchkey_info', 'Version of Latchkey. Always 1.', ['version'], () => [[{ version }, 1]])

  const requests = addCounter(
    'latchkey_http_requests_total',
    'Requests that were answered, or whose connection closed before.',
    ['method', 'route', 'status'],
  )
  const requestSeconds = addHistogram(
    'latchkey_http_request_duration_seconds',
    'Time from the arrival of a request to the end of its response, or of its connection.',
    ['method', 'route'],
    requestBuckets,
  )

  const signIns = addCounter(
    'latchkey_sign_ins_total',
    'Sign-ins by outcome. For failed ones, the reason is that of the event sign_in_failed.',
    ['outcome', 'factor', 'second_factor', 'reason'],
  )
  const eventCount = addCounter(
    'latchkey_events_total',
    'Audit events, including those that were counted but not recorded.',
    ['event', 'outcome', 'severity'],
  )
  const findingCount = addCounter('latchkey_findings_total', 'Security findings that are only logged.', ['finding'])

  const rejectedHashes = addCounter(
    'latchkey_password_hashes_rejected_total',
    'Password hashes rejected because the queue was full.',
    [],
  )
  const hashSeconds = addHistogram(
    'latchkey_password_hash_duration_seconds',
    'Time to compute or verify a password hash, without the wait.',
    [],
    hashBuckets,
  )
  const hashWaitSeconds = addHistogram(
    'latchkey_password_hash_wait_seconds',
    'Time that a password hash waited for its turn.',
    [],
    hashBuckets,
  )

  const statementSeconds = addHistogram(
    'latchkey_database_statement_duration_seconds',
    'Time of a statement, from sending it to its result.',
    ['operation'],
    statementBuckets,
  )
  const failedStatements = addCounter(
    'latchkey_database_statement_errors_total',
    'Statements that failed after they were sent, including those that are repeated because of a concurrent ' +
      'transaction. Failures to connect do not count.',
    ['operation'],
  )

  const exhaustedPool = addCounter(
    'latchkey_database_pool_rejected_total',
    'Queries and transactions rejected because they would have waited too long for a connection.',
    [],
  )

  const mails = addCounter('latchkey_mails_total', 'Attempts to deliver e-mails.', ['kind', 'outcome'])
  const mailSeconds = addHistogram('latchkey_mail_duration_seconds', 'Time to deliver an e-mail.', [], mailBuckets)

  // Alerts depend on these, and Prometheus does not notice an increase without an earlier sample.
  for (const operation of operations) failedStatements.inc({ operation }, 0)
  for (const finding of findings) findingCount.inc({ finding }, 0)
  for (const kind of Object.keys(mailKinds)) mails.inc({ kind, outcome: 'abandoned' }, 0)
  for (const [event, { severity }] of Object.entries(events)) {
    if (severity !== 'alarm') continue
    for (const outcome of ['success', 'failure']) eventCount.inc({ event, outcome, severity }, 0)
  }

  function countSignIn({ event, details = {} }: AnyNewEvent) {
    const { factor = '', second_factor: secondFactor = '', reason = '' } = details
    const labels = { factor: String(factor), second_factor: String(secondFactor), reason: String(reason) }
    if (event === 'signed_in') signIns.inc({ outcome: 'succeeded', ...labels })
    if (event === 'sign_in_failed') signIns.inc({ outcome: 'failed', ...labels })
    if (event === 'mfa_required') signIns.inc({ outcome: 'second_factor_required', ...labels, factor: 'password' })
  }

  return {
    /** All metrics in the text format of Prometheus. */
    read: () => registry.metrics(),

    /** The metrics of Latchkey itself, for the reference page. */
    describe: (): Description[] => catalogue,

    onRequestEnd({ method, route = 'none', status, durationMs }: EndedRequest): void {
      requests.inc({ method, route, status })
      requestSeconds.observe({ method, route }, durationMs / 1000)
    },

    onEvent(event: AnyNewEvent, severity: Severity): void {
      eventCount.inc({ event: event.event, outcome: event.outcome ?? 'success', severity })
      countSignIn(event)
    },

    onFinding: ({ event }: Finding): void => findingCount.inc({ finding: event }),

    onHashRejected: (): void => rejectedHashes.inc(),

    onHash({ waitMs, durationMs }: Parameters<OnHash>[0]): void {
      hashSeconds.observe(durationMs / 1000)
      hashWaitSeconds.observe(waitMs / 1000)
    },

    onStatement({ sql, durationMs, hasFailed }: Statement): void {
      const operation = operationOf(sql)
      statementSeconds.observe({ operation }, durationMs / 1000)
      if (hasFailed) failedStatements.inc({ operation })
    },

    onPoolExhausted: (): void => exhaustedPool.inc(),

    onDelivery({ kind, outcome, durationMs }: Delivery): void {
      mails.inc({ kind, outcome })
      mailSeconds.observe(durationMs / 1000)
    },

    /** Adds what is read from the hash queue at each scrape. */
    watchHashQueue(queue: Pick<HashQueue, 'state'>): void {
      addGauge('latchkey_password_hashes', 'Password hashes that are running or waiting.', ['state'], () => {
        const { running, waiting } = queue.state()
        return [
          [{ state: 'running' }, running],
          [{ state: 'waiting' }, waiting],
        ]
      })
    },

    /** Adds what is read from the signing keys at each scrape. */
    watchKeys(ring: Pick<KeyRing, 'describe'>): void {
      addGauge('latchkey_signing_keys', 'Signing keys by stage.', ['stage'], () => {
        const keys = ring.describe()
        return stages.map((stage) => [{ stage }, keys.filter((key) => key.stage === stage).length])
      })
      addGauge(
        'latchkey_signing_key_age_seconds',
        'Age of a signing key. A secret in the settings has none.',
        ['kid', 'alg', 'stage'],
        () =>
          ring
            .describe()
            .flatMap(({ kid, alg, stage, created_at: createdAt }) =>
              createdAt === null ? [] : [[{ kid, alg, stage }, secondsSince(Date.parse(createdAt))]],
            ),
      )
      addGauge('latchkey_key_rotation_seconds', 'Age at which the next signing key takes over.', [], () => [
        [{}, keyRotationDays * daySeconds],
      ])
    },

    /** Adds what is read from the database at each scrape. */
    watchStore(store: Store): void {
      const { countConnections } = store
      const sample = createSampleDatabase(store, now)
      addGauge('latchkey_database_connections', 'Connections to PostgreSQL.', ['state'], () => {
        if (countConnections === undefined) return []
        const { used, idle } = countConnections()
        return [
          [{ state: 'used' }, used],
          [{ state: 'idle' }, idle],
        ]
      })
      addGauge('latchkey_database_waiting', 'Queries and transactions that wait for a connection.', [], () => [
        [{}, countConnections?.().waiting ?? 0],
      ])
      addGauge('latchkey_database_up', '1 if the database responds within a second, otherwise 0.', [], async () => [
        [{}, (await sample.outbox()) === undefined ? 0 : 1],
      ])
      addGauge('latchkey_outbox_messages', 'E-mails that have not been sent yet.', [], async () => [
        [{}, (await sample.outbox())?.messages ?? NaN],
      ])
      addGauge(
        'latchkey_outbox_oldest_age_seconds',
        'Age of the oldest e-mail that has not been sent yet; 0 without one.',
        [],
        async () => {
          const outbox = await sample.outbox()
          if (outbox === undefined) return [[{}, NaN]]
          return [[{}, outbox.oldest === undefined ? 0 : Math.max(0, secondsSince(outbox.oldest))]]
        },
      )
      addGauge(
        'latchkey_table_rows',
        'Rows of a table, read at most once a minute: at most 100000 with SQLite, an estimate with PostgreSQL. ' +
          'PostgreSQL has none before it first analyzes the table.',
        ['table'],
        async () => {
          const rows = await sample.tableRows()
          return sampledTables.flatMap((table) => (rows?.[table] === undefined ? [] : [[{ table }, rows[table]]]))
        },
      )
    },
  }

  function secondsSince(time: number) {
    return (now() - time) / 1000
  }
}

interface Description {
  name: string
  type: 'counter' | 'gauge' | 'histogram'
  labelNames: string[]
  help: string
}

/** Labels and value. */
type Sample = [Record<string, string>, number]

const stages: Stage[] = ['published', 'signing', 'retired']
