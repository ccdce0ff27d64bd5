import { type Crowd, getMe, registerUsers, signIn } from './crowd.ts'
import { residentMemoryOf, startService } from './processes.ts'
import { figure, median, type Part, spread, verdict } from './report.ts'

const starts = 7
const mostSeconds = 1.5
const mostMegabytes = 130

export async function measureStart(crowd: Crowd, memoryFolder: string): Promise<Part> {
  return { verdicts: [...(await measureStarts(crowd)), ...(await measureAfterSignIns(memoryFolder))] }
}

/** The built service over a database that is there: until its first answer, and what it holds then. */
async function measureStarts({ dataDir, tokens }: Crowd) {
  const seconds: number[] = []
  const megabytes: number[] = []
  for (let start = 1; start <= starts; start++) {
    const service = await startService(dataDir)
    for (const token of tokens.slice(0, 20)) await getMe(service, token)
    seconds.push(service.startSeconds)
    megabytes.push((await residentMemoryOf(service.pid)) / 1e6)
    await service.stop()
    console.log(`start ${start}: ${seconds.at(-1)?.toFixed(2)} s, ${megabytes.at(-1)?.toFixed()} MB`)
  }
  return [
    [
      'From start to first answer, in seconds',
      spread(seconds),
      '',
      '',
      `< ${mostSeconds}`,
      verdict(median(seconds) < mostSeconds),
    ],
    [
      'Resident memory at idle, after a few requests, in MB',
      spread(megabytes),
      '',
      '',
      `< ${mostMegabytes}`,
      verdict(median(megabytes) < mostMegabytes),
    ],
  ]
}

/** What the allocator keeps of the memory of hashes, one for each thread that makes them. */
async function measureAfterSignIns(dataDir: string) {
  const service = await startService(dataDir)
  const usernames = await registerUsers(service, 8)
  for (let times = 0; times < 4; times++) await Promise.all(usernames.map((username) => signIn(service, username)))
  const megabytes = (await residentMemoryOf(service.pid)) / 1e6
  await service.stop()
  return [['the same after many sign-ins at once', figure(megabytes), '', '', '', '']]
}
