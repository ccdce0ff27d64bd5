import { registerUsers, signInForm } from './crowd.ts'
import type { HashJob } from './hashes.ts'
import type { Job, Load } from './load.ts'
import { startHelper, startService } from './processes.ts'
import { median, spread, verdict, type Part } from './report.ts'
import { detailsOf, rateOf, ratiosOf, takeTurns } from './rounds.ts'

const seconds = 5
const inFlight = 8
const leastRatio = 0.9

/** Sign-ins, with the hashing cost that is the default, beside argon2 alone. */
export async function measureSignIn (dataDir: string): Promise<Part> {
  const service = await startService(dataDir, { LOG_LEVEL: 'warn' })
  const usernames = await registerUsers(service, inFlight)
  const hashes = startHelper('hashes.ts')
  const generator = startHelper('load.ts')
  const job: Job = {
    url: service.url,
    connections: inFlight,
    seconds,
    work: { kind: 'requests', requests: usernames.map(signInForm) },
  }
  const [reference = [], own = []] = await takeTurns([
    { name: 'argon2 alone', pid: hashes.pid, run: () => hashes.ask<Load>({ inFlight, seconds } satisfies HashJob) },
    { name: 'sign-in', pid: service.pid, run: () => generator.ask<Load>(job) },
  ])
  await Promise.all([generator, hashes, service].map((server) => server.stop()))

  const ratios = ratiosOf(own, reference)
  return {
    verdicts: [
      [`Sign-ins, default hashing cost, ${inFlight} at once`, rateOf(own), `argon2 alone ${rateOf(reference)}`, spread(ratios), `≥ ${leastRatio}`, verdict(median(ratios) >= leastRatio)],
    ],
    details: [
      detailsOf(`argon2 alone, ${inFlight} at once`, reference),
      detailsOf('`POST /auth/token`', own),
    ],
  }
}
