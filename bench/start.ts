import { getMe, signIn, type Crowd } from './crowd.ts'
import { residentMemoryOf, startService } from './processes.ts'
import { median, spread, verdict } from './report.ts'

const starts = 7
const mostSeconds = 1.5
const mostMegabytes = 130

/** The built service over a database that is there: until its first answer, and what it holds then. */
export async function measureStart ({ dataDir, usernames, tokens }: Crowd) {
  const seconds: number[] = []
  const megabytes: number[] = []
  for (let start = 1; start <= starts; start++) {
    const service = await startService(dataDir)
    await signIn(service, usernames[0] ?? '')
    for (const token of tokens.slice(0, 20)) await getMe(service, token)
    seconds.push(service.startSeconds)
    megabytes.push(await residentMemoryOf(service.pid) / 1e6)
    await service.stop()
    console.log(`start ${start}: ${seconds.at(-1)?.toFixed(2)} s, ${megabytes.at(-1)?.toFixed()} MB`)
  }
  return [
    ['From start to first answer, in seconds', spread(seconds), '', '', `< ${mostSeconds}`, verdict(median(seconds) < mostSeconds)],
    ['Resident memory after a sign-in and a few requests, in MB', spread(megabytes), '', '', `< ${mostMegabytes}`, verdict(median(megabytes) < mostMegabytes)],
  ]
}
