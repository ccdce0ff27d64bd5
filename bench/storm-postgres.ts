import { join } from 'node:path'
import {
  createPostgresCrowd,
  delayMs,
  type Fleet,
  type PostgresCrowd,
  requestsForMe,
  signInsFromOwnNetworks,
  signInsFromSharedAddress,
  startFleet,
} from './fleet.ts'
import { startPostgres } from './postgres.ts'
import { startHelper } from './processes.ts'
import { figure, type Part, timeAt, verdict } from './report.ts'
import type { Asked, ClosedStream, OpenStream, StreamJob } from './streams.ts'

const users = 500
const atOnce = 32
const capacitySeconds = 5

/** The load during the storm, as a multiple of the capacity. */
const overloadFactor = 5
const idleSeconds = 5
const stormSeconds = 15
const secondsAfter = 5
/** The requests per second to `users/me` before, during and after the storm. */
const steadyRate = 200

/** The sign-ins from one address that are accepted, as a share of those from many. */
const leastShare = 0.9

interface Storm {
  name: string
  requests: ReturnType<typeof signInsFromOwnNetworks>
}

/**
 * Measures sign-ins far beyond the capacity of one instance, with a delay between it and PostgreSQL, while other
 * requests continue: with each user on a network of their own, and with all of them behind one address.
 */
export async function measurePostgresStorm(folder: string): Promise<Part> {
  const postgres = await startPostgres(join(folder, 'postgres'))
  const crowd = await createPostgresCrowd(postgres, folder, 'storm', users, {})
  const perSecond = overloadFactor * (await measureCapacity(crowd, join(folder, 'patient')))
  const verdicts: string[][] = []
  let reference: number | undefined
  const storms: Storm[] = [
    { name: 'from own networks', requests: signInsFromOwnNetworks(crowd) },
    { name: 'from one address', requests: signInsFromSharedAddress(crowd) },
  ]
  for (const [index, storm] of storms.entries()) {
    const fleet = await startFleet(crowd, join(folder, `storm-${index}`), { instances: 1, delayMs })
    const { accepted, rows } = await measureStorm(fleet, crowd, storm, Math.round(perSecond), reference)
    verdicts.push(...rows)
    reference ??= accepted
    await fleet.stop()
  }
  await postgres.stop()
  return { verdicts }
}

/** The queue is long, so that no sign-in is rejected while the capacity is measured, even on a busy machine. */
async function measureCapacity(crowd: PostgresCrowd, folder: string): Promise<number> {
  const fleet = await startFleet(crowd, folder, { instances: 1, delayMs, more: { HASH_QUEUE_MS: '60000' } })
  const [asked = []] = await run(fleet, { atOnce, seconds: capacitySeconds, requests: signInsFromOwnNetworks(crowd) })
  await fleet.stop()
  return rateOf(asked, capacitySeconds)
}

async function measureStorm(
  fleet: Fleet,
  crowd: PostgresCrowd,
  { name, requests }: Storm,
  perSecond: number,
  reference: number | undefined,
) {
  const me = requestsForMe(crowd.tokens)
  const steady = (seconds: number): OpenStream => ({ perSecond: steadyRate, seconds, requests: me })
  // Warms the service up: otherwise the first requests would be the slowest, and make the bound of the storm larger.
  await run(fleet, steady(idleSeconds))
  const [idle = []] = await run(fleet, steady(idleSeconds))
  const before = await fleet.roundTrips()
  const known = await fleet.warnings()
  const [signIns = [], beside = []] = await run(
    fleet,
    { perSecond, seconds: stormSeconds, requests },
    steady(stormSeconds + secondsAfter),
  )
  // A request to `users/me` takes one, unless it was rejected before.
  const roundTrips = (await fleet.roundTrips()) - before - beside.filter(({ status }) => status === 200).length

  const warnings = [...(await fleet.warnings())]
    .map(([message, count]) => ({ message, count: count - (known.get(message) ?? 0) }))
    .filter(({ count }) => count > 0)
    .map(({ message, count }) => `${count} × ${message}`)

  const of = (status: number) => signIns.filter((asked) => asked.status === status)
  const accepted = rateOf(signIns, stormSeconds)
  const during = beside.filter(({ due }) => due < stormSeconds * 1000)
  const after = beside.filter(({ due }) => due >= stormSeconds * 1000)
  const mostMs = 3 * timeAt(idle, 0.99) + 20
  const others = signIns.length - of(200).length - of(503).length
  const failedMe = beside.filter(({ status }) => status !== 200).length
  const row = (what: string, value: string, reference = '', ratio = '', bound = '', met = '') => [
    what,
    value,
    reference,
    ratio,
    bound,
    met,
  ]
  const times = (asked: Asked[]) => `p50 ${figure(timeAt(asked, 0.5))} ms, p99 ${figure(timeAt(asked, 0.99))} ms`
  return {
    accepted,
    rows: [
      row(
        `Storm of ${figure(perSecond)} sign-ins a second for ${stormSeconds} s, PostgreSQL with ${delayMs} ms each ` +
          `way, ${name}: accepted`,
        `${figure(accepted)}/s`,
        ...(reference === undefined
          ? []
          : [
              `from own networks ${figure(reference)}/s`,
              (accepted / reference).toFixed(2),
              `≥ ${leastShare}`,
              verdict(accepted >= leastShare * reference),
            ]),
      ),
      row('accepted, time', times(of(200))),
      row(`rejected (503): ${of(503).length}, time`, times(of(503))),
      row('other responses, or none', String(others), '', '', '≤ 0', verdict(others === 0)),
      row(
        `\`GET /auth/users/me\` during it, ${steadyRate} a second, p99`,
        `${figure(timeAt(during, 0.99))} ms`,
        `at idle ${figure(timeAt(idle, 0.99))} ms`,
        (timeAt(during, 0.99) / timeAt(idle, 0.99)).toFixed(2),
        `≤ ${figure(mostMs)} ms`,
        verdict(timeAt(during, 0.99) <= mostMs),
      ),
      row('the same, p50', `${figure(timeAt(during, 0.5))} ms`, `at idle ${figure(timeAt(idle, 0.5))} ms`),
      row('the same after it, p99', `${figure(timeAt(after, 0.99))} ms`),
      row('the same, failed', String(failedMe), '', '', '≤ 0', verdict(failedMe === 0)),
      row('round trips to PostgreSQL for the sign-ins', figure(roundTrips)),
      row('warnings and errors in the log', warnings.join(', ') || 'none'),
    ],
  }
}

async function run({ urls }: Fleet, ...streams: (OpenStream | ClosedStream)[]): Promise<Asked[][]> {
  const generator = startHelper('streams.ts')
  const asked = await generator.ask<Asked[][]>({ urls, streams } satisfies StreamJob)
  await generator.stop()
  return asked
}

/** The sign-ins per second that were accepted before the end. */
function rateOf(asked: Asked[], seconds: number): number {
  const inTime = asked.filter(({ status, due, late, took }) => status === 200 && due + late + took <= seconds * 1000)
  return inTime.length / seconds
}
