import { registerUsers, signInForm } from './crowd.ts'
import type { form } from './forms.ts'
import type { HashJob } from './hashes.ts'
import type { Job, Load } from './load.ts'
import { type Service, startHelper, startService } from './processes.ts'
import { median, type Part, spread, verdict } from './report.ts'
import { detailsOf, rateOf, ratiosOf, takeTurns } from './rounds.ts'

const seconds = 5
const inFlight = 8
const leastRatio = 0.93

/** Measures sign-ins with the default hashing cost. */
export async function measureSignIn(dataDir: string): Promise<Part> {
  const service = await startService(dataDir, { LOG_LEVEL: 'warn' })
  const usernames = await registerUsers(service, inFlight)
  const { verdict, details } = await signInsBesideHashes(
    service,
    usernames.map((username) => signInForm(username)),
  )
  await service.stop()
  return { verdicts: [verdict(`Sign-ins, default hashing cost, ${inFlight} at once`)], details }
}

/**
 * Measures concurrent sign-ins and compares them with argon2 alone.
 * @param environment the variables of the process that only hashes
 */
export async function signInsBesideHashes(
  service: Service,
  requests: ReturnType<typeof form>[],
  environment: NodeJS.ProcessEnv = {},
) {
  const { length: inFlight } = requests
  const hashes = startHelper('hashes.ts', environment)
  const generator = startHelper('load.ts')
  const job: Job = { url: service.url, connections: inFlight, seconds, work: { kind: 'requests', requests } }
  const [reference = [], own = []] = await takeTurns([
    { name: 'argon2 alone', pid: hashes.pid, run: () => hashes.ask<Load>({ inFlight, seconds } satisfies HashJob) },
    { name: 'sign-in', pid: service.pid, run: () => generator.ask<Load>(job) },
  ])
  await Promise.all([generator, hashes].map((helper) => helper.stop()))

  const ratios = ratiosOf(own, reference)
  return {
    perSecond: median(own.map(({ perSecond }) => perSecond)),
    /** Makes a table row that compares sign-ins with argon2 alone. */
    verdict: (name: string) => [
      name,
      rateOf(own),
      `argon2 alone ${rateOf(reference)}`,
      spread(ratios),
      `≥ ${leastRatio}`,
      verdict(median(ratios) >= leastRatio),
    ],
    details: [detailsOf(`argon2 alone, ${inFlight} at once`, reference), detailsOf('`POST /auth/token`', own)],
  }
}
