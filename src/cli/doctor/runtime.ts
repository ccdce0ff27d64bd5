import { isNodeBefore, minNodeVersion, warnOfNode } from '../../lib/version.ts'
import { readArgon2Build } from '../../passwords/index.ts'
import { fault, type Finding, note, ok, orOk, warning } from './finding.ts'
import type { Examined, Installation, Machine } from './machine.ts'

/** Node.js 20 still works, but its vulnerabilities are no longer fixed. */
export function checkNode({ nodeVersion }: Machine): Finding[] {
  if (isNodeBefore(nodeVersion, minNodeVersion)) {
    return [
      fault(
        `Node.js is ${nodeVersion}; Latchkey is made for ${minNodeVersion} and later.`,
        'Install a later Node.js, then run: npm ci',
      ),
    ]
  }
  const unsupported = warnOfNode(nodeVersion)
  return [unsupported === undefined ? ok(`Node.js is ${nodeVersion}.`) : warning(unsupported, installNode)]
}

const installNode = 'Install Node.js 22 or later, then run: npm ci'

/** Security alarms are logged at the level `warn`. */
export function checkLog({ settings: { logLevel } }: Installation): Finding[] {
  if (!['error', 'fatal', 'silent'].includes(logLevel)) {
    return [ok(`LOG_LEVEL is ${logLevel}: security events are seen.`)]
  }
  return [
    warning(
      `LOG_LEVEL is ${logLevel}: nobody sees security events, or mails that cannot be sent.`,
      'Set LOG_LEVEL=warn, or info.',
    ),
  ]
}

/** KiB and passes, each pair of which is enough (OWASP Password Storage Cheat Sheet, argon2id). */
const minCosts = [
  [47104, 1],
  [19456, 2],
  [12288, 3],
  [9216, 4],
  [7168, 5],
] as const

export async function checkHashing({
  config: {
    hashing: { memoryKib, passes, lanes },
    hashConcurrency,
  },
  cores,
}: Installation): Promise<Finding[]> {
  return orOk(
    [
      ...judgeCost(memoryKib, passes),
      ...judgeLanes(lanes, cores),
      ...judgeConcurrency(hashConcurrency, cores),
      ...(await judgeBuild()),
    ],
    `A hash costs ${memoryKib} KiB and ${passes} passes; ${hashConcurrency} are computed at a time.`,
  )
}

function judgeCost(memoryKib: number, passes: number): Finding[] {
  if (minCosts.some(([minKib, minPasses]) => memoryKib >= minKib && passes >= minPasses)) return []
  return [
    warning(
      `A password hash costs ${memoryKib} KiB and ${passes} passes, less than OWASP's minimum: who has the database ` +
        'tries passwords too fast.',
      'ARGON2_MEMORY_KIB=19456 and ARGON2_TIME=2, the defaults; hashes are made anew as people sign in.',
    ),
  ]
}

function judgeLanes(lanes: number, cores: number): Finding[] {
  if (lanes <= cores) return []
  return [
    warning(
      `A password hash has ${lanes} lanes and this machine ${cores} cores: one sign-in holds up the next.`,
      'ARGON2_PARALLELISM=1, the default.',
    ),
  ]
}

function judgeConcurrency(concurrency: number, cores: number): Finding[] {
  if (concurrency <= cores) return []
  return [
    warning(
      `${concurrency} hashes are computed at a time, and there are ${cores} cores for them: everything else waits ` +
        'while people sign in.',
      `HASH_CONCURRENCY=${cores}`,
    ),
  ]
}

/** The prebuilt binary of argon2 uses no instructions that only newer processors have. */
async function judgeBuild(): Promise<Finding[]> {
  const { couldBeFaster } = await readArgon2Build()
  return couldBeFaster
    ? [
        note(
          'argon2 runs as it was built for every processor; built for this one it hashes up to twice as fast.',
          'npm run build:argon2',
        ),
      ]
    : []
}

const minuteMs = 60_000

const toleratedSkewMs = 2000

const clockRemedy = 'Let both machines take their time from the network (chrony, systemd-timesyncd).'

/** The clocks of all instances must agree, so each is compared to that of the shared database. */
export async function checkClock({ database, now }: Examined): Promise<Finding[]> {
  const before = now()
  const databaseTime = await database.time()
  if (databaseTime === undefined) return [ok('A file has no clock of its own.')]
  const after = now()
  // The time of the round trip is no skew.
  const skew = databaseTime < before ? before - databaseTime : Math.max(0, databaseTime - after)
  const direction = databaseTime < before ? 'ahead of' : 'behind'
  const message = `The clock of this machine is ${(skew / 1000).toFixed(1)} s ${direction} that of the database.`
  if (skew >= minuteMs) return [fault(`${message} Tokens and codes end too soon, or too late.`, clockRemedy)]
  return skew > toleratedSkewMs
    ? [warning(message, clockRemedy)]
    : [ok('This machine and the database have the same time.')]
}

/** Finds rows from the future: a clock was ahead, or this one is behind. */
export async function checkTimes({ database, now }: Examined): Promise<Finding[]> {
  const newest = await database.read(async (db) => {
    const times = await Promise.all(
      (['users', 'sessions', 'signing_keys', 'outbox', 'events'] as const).map((table) =>
        db
          .selectFrom(table)
          .select((rows) => rows.fn.max('created_at').as('time'))
          .executeTakeFirst(),
      ),
    )
    return Math.max(...times.map((row) => row?.time ?? 0))
  })
  if (newest <= now() + minuteMs) return [ok('Nothing in the database is from the future.')]
  return [
    fault(
      `The newest entry of the database is from ${new Date(newest).toISOString()}, which is in the future.`,
      `The clock of this machine is behind, or was ahead, or that of another instance was. ${clockRemedy} ` +
        'Then sessions and keys of that time last too long: end them.',
    ),
  ]
}
