import { maxClockSkewMs } from '../../lib/time.ts'
import { isNodeBefore, minNodeVersion, warnOfNode } from '../../lib/version.ts'
import { readArgon2Build } from '../../passwords/index.ts'
import { fault, type CheckResult, note, ok, orOk, warning } from './check-result.ts'
import { type Examined, type Installation, isLoopback, type Machine } from './machine.ts'

/** Node.js 20 works, but its vulnerabilities are no longer fixed. */
export function checkNode({ nodeVersion }: Machine): CheckResult[] {
  if (isNodeBefore(nodeVersion, minNodeVersion)) {
    return [
      fault(
        `Node.js is ${nodeVersion}, but Latchkey needs ${minNodeVersion} or later.`,
        'Install a later Node.js, then run: npm ci',
      ),
    ]
  }
  const unsupported = warnOfNode(nodeVersion)
  return [unsupported === undefined ? ok(`Node.js is ${nodeVersion}.`) : warning(unsupported, installNode)]
}

const installNode = 'Install Node.js 22 or later, then run: npm ci'

/** Security events are logged at the level `warn`. */
export function checkLog({ settings: { logLevel } }: Installation): CheckResult[] {
  if (!['error', 'fatal', 'silent'].includes(logLevel)) {
    return [ok(`LOG_LEVEL is ${logLevel}: security events are logged.`)]
  }
  return [
    warning(
      `LOG_LEVEL is ${logLevel}: security events and failed e-mails are not logged.`,
      'Set LOG_LEVEL=warn or LOG_LEVEL=info.',
    ),
  ]
}

export function checkMetrics({ settings: { metrics, metricsHost, metricsPort } }: Installation): CheckResult[] {
  if (!metrics) return [ok('Metrics are off.')]
  const url = `http://${metricsHost}:${metricsPort}/metrics`
  if (isLoopback(metricsHost)) return [ok(`The service publishes metrics at ${url} while it runs.`)]
  return [
    note(
      `Metrics are on ${metricsHost}, port ${metricsPort}, for everyone who can reach it. They contain no names and ` +
        'no secrets, but show how much the service is used.',
      'Allow only Prometheus to connect to that port.',
    ),
  ]
}

/** Pairs of KiB and passes, each of which is sufficient (OWASP Password Storage Cheat Sheet, argon2id). */
const minCosts = [
  [47104, 1],
  [19456, 2],
  [12288, 3],
  [9216, 4],
  [7168, 5],
] as const

export async function checkHashing(installation: Installation): Promise<CheckResult[]> {
  const { hashing, hashConcurrency } = installation.config
  const { memoryKib, passes, lanes } = hashing
  return orOk(
    [
      ...judgeCost(memoryKib, passes),
      ...judgeLanes(lanes, installation.cores),
      ...judgeConcurrency(installation),
      ...(await judgeBuild()),
    ],
    `${costOf(memoryKib, passes)} is sufficient. At most ${hashConcurrency} password hashes run at the same time.`,
  )
}

function costOf(memoryKib: number, passes: number) {
  return `ARGON2_MEMORY_KIB=${memoryKib} with ARGON2_TIME=${passes}`
}

function judgeCost(memoryKib: number, passes: number): CheckResult[] {
  if (minCosts.some(([minKib, minPasses]) => memoryKib >= minKib && passes >= minPasses)) return []
  return [
    warning(
      `${costOf(memoryKib, passes)} is below the OWASP minimum for password hashes. An attacker with the database ` +
        'can guess passwords too fast.',
      'Set ARGON2_MEMORY_KIB=19456 and ARGON2_TIME=2 (the defaults). Passwords are rehashed as users sign in.',
    ),
  ]
}

function judgeLanes(lanes: number, cores: number): CheckResult[] {
  if (lanes <= cores) return []
  return [
    warning(
      `A password hash uses more lanes (${lanes}) than there are CPU cores (${cores}): sign-ins delay each other.`,
      'Set ARGON2_PARALLELISM=1 (the default).',
    ),
  ]
}

function judgeConcurrency({ settings, config: { hashConcurrency }, cores, poolThreads }: Installation): CheckResult[] {
  const moreThreads = `Set UV_THREADPOOL_SIZE=${cores + 2} in the environment of the service (.env is read too late).`
  if (hashConcurrency > cores) {
    return [
      warning(
        `More password hashes run at the same time (${hashConcurrency}) than there are CPU cores (${cores}): other ` +
          'requests wait while users sign in.',
        `Set HASH_CONCURRENCY=${cores}.`,
      ),
    ]
  }
  if (hashConcurrency >= poolThreads) {
    return [
      warning(
        `Password hashes (HASH_CONCURRENCY=${hashConcurrency}) can keep ` +
          `${poolThreads === 1 ? 'the only thread' : `all ${poolThreads} threads`} of the pool of Node.js busy: ` +
          'reading files and resolving host names wait for them.',
        moreThreads,
      ),
    ]
  }
  if (settings.hashConcurrency === undefined && hashConcurrency < cores) {
    return [note(`Only ${hashConcurrency} of ${cores} CPU cores compute password hashes.`, moreThreads)]
  }
  return []
}

/** The prebuilt binary of argon2 does not use the instructions of newer processors. */
async function judgeBuild(): Promise<CheckResult[]> {
  const { couldBeFaster, buildCommand } = await readArgon2Build()
  return couldBeFaster
    ? [
        note(
          'argon2 is a generic build. A build for this processor is up to twice as fast.',
          `With a C++ compiler, make and Python, run: ${buildCommand}`,
        ),
      ]
    : []
}

/** The clocks of two instances agree well enough if each differs from that of the database by less than half. */
const maxSkewMs = maxClockSkewMs / 2

/** With NTP, clocks differ by less than this. */
const usualSkewMs = 2000

const clockRemedy = 'Synchronize the clocks of both machines over the network (chrony, systemd-timesyncd).'

/** The clocks of all instances must agree, so each is compared with the clock of the shared database. */
export async function checkClock({ database, now }: Examined): Promise<CheckResult[]> {
  const before = now()
  const databaseTime = await database.time()
  if (databaseTime === undefined) return [ok('SQLite uses the clock of this machine. Keep it synchronized (NTP).')]
  const after = now()
  // The round trip does not count as skew.
  const skew = databaseTime < before ? before - databaseTime : Math.max(0, databaseTime - after)
  const direction = databaseTime < before ? 'ahead of' : 'behind'
  if (skew <= usualSkewMs) return [ok('The clocks of this machine and the database agree.')]
  const message =
    `The clock of this machine is ${(skew / 1000).toFixed(1)} s ${direction} that of the database. If clocks differ ` +
    `by more than ${maxClockSkewMs / 1000} s, an instance rejects new access tokens of another, and does not make ` +
    'users wait after the wrong passwords that another has counted.'
  return [skew > maxSkewMs ? fault(message, clockRemedy) : warning(message, clockRemedy)]
}

/** Tables, and the indexed column that finds their newest row. The ids of imported users do not tell their age. */
const newestRows = [
  ['users', 'created_at'],
  ['sessions', 'id'],
  ['signing_keys', 'generation'],
  ['outbox', 'id'],
  ['events', 'created_at'],
] as const

/** Finds rows from the future, which mean that a clock was ahead or that this one is behind. */
export async function checkTimes({ database, now }: Examined): Promise<CheckResult[]> {
  const newest = await database.read(async (db) => {
    const times = await Promise.all(
      newestRows.map(([table, column]) =>
        db.selectFrom(table).select('created_at').orderBy(db.dynamic.ref(column), 'desc').limit(1).executeTakeFirst(),
      ),
    )
    return Math.max(...times.map((row) => row?.created_at ?? 0))
  })
  if (newest <= now() + maxClockSkewMs) return [ok('No timestamps in the database are in the future.')]
  return [
    fault(
      `The newest entry of the database has the time ${new Date(newest).toISOString()}, which is in the future.`,
      `The clock of this machine is behind, or the clock of an instance was ahead. ${clockRemedy} ` +
        'Sessions and keys with a wrong time expire too late. End those sessions, and run: latchkey keys rotate --now',
    ),
  ]
}
