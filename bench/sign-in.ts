import { registerUsers, signInForm } from './crowd.ts'
import type { HashJob } from './hashes.ts'
import type { Job, Load } from './load.ts'
import { startHelper, startService } from './processes.ts'
import { figure, median, spread, verdict } from './report.ts'

const rounds = 7
const seconds = 5
const inFlight = 8
const leastRatio = 0.9

/** Sign-ins, with the hashing cost that is the default, beside argon2 alone. */
export async function measureSignIn (dataDir: string) {
  const service = await startService(dataDir, { LOG_LEVEL: 'warn' })
  const usernames = await registerUsers(service, inFlight)
  const hashes = startHelper('hashes.ts')
  const generator = startHelper('load.ts')
  const job: Job = {
    url: service.url,
    connections: inFlight,
    seconds,
    requests: usernames.map((username) => ({
      method: 'POST',
      path: '/auth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: signInForm(username),
    })),
  }
  const hash = () => hashes.ask<Load>({ inFlight, seconds } satisfies HashJob)
  const signIn = () => generator.ask<Load>(job)

  const results: Array<{ raw: number, own: number }> = []
  await hash()
  await signIn()
  for (let round = 1; round <= rounds; round++) {
    const { perSecond: raw } = await hash()
    const { perSecond: own } = await signIn()
    results.push({ raw, own })
    console.log(`sign-ins, round ${round}: ${figure(raw)}, ${figure(own)} a second`)
  }
  await Promise.all([generator, hashes, service].map((server) => server.stop()))

  const ratios = results.map(({ raw, own }) => own / raw)
  return [[
    `Sign-ins, default hashing cost, ${inFlight} at once`,
    `${figure(median(results.map(({ own }) => own)))}/s`,
    `argon2 alone ${figure(median(results.map(({ raw }) => raw)))}/s`,
    spread(ratios),
    `≥ ${leastRatio}`,
    verdict(median(ratios) >= leastRatio),
  ]]
}
