import { setTimeout } from 'node:timers/promises'
import { type Crowd, getMe, registerUsers, signIn } from './crowd.ts'
import { residentMemoryOf, runCommand, startService } from './processes.ts'
import { figure, median, type Part, spread, verdict } from './report.ts'

const starts = 7

/** The bounds for Node 24 on two idle cores. */
const maxima = { startSeconds: 0.8, startCpu: 0.7, megabytes: 110, commandCpu: 0.4 }

/** A second after its start, the service returns the memory that it no longer needs. */
const idleMs = 3_000

export async function measureStart(crowd: Crowd, memoryFolder: string): Promise<Part> {
  return { verdicts: [...(await measureStarts(crowd)), ...(await measureAfterSignIns(memoryFolder))] }
}

/** Measures the start of the built service with an existing database, and a command that runs beside it. */
async function measureStarts({ dataDir, tokens }: Crowd) {
  const rounds: Record<keyof typeof maxima, number>[] = []
  for (let start = 1; start <= starts; start++) {
    const service = await startService(dataDir)
    const { startSeconds, startCpu } = service
    for (const token of tokens.slice(0, 20)) await getMe(service, token)
    await setTimeout(idleMs)
    const megabytes = (await residentMemoryOf(service.pid)) / 1e6
    await service.stop()
    const round = { startSeconds, startCpu, megabytes, commandCpu: await runCommand(dataDir, ['keys', 'list']) }
    console.log(`start ${start}: ${JSON.stringify(round)}`)
    rounds.push(round)
  }
  const row = (title: string, name: keyof typeof maxima) => {
    const values = rounds.map((round) => round[name])
    return [title, spread(values), '', '', `≤ ${maxima[name]}`, verdict(median(values) <= maxima[name])]
  }
  return [
    row('From start to first response, in seconds', 'startSeconds'),
    row('CPU time of the start, in seconds', 'startCpu'),
    row('Resident memory at idle, after a few requests, in MB', 'megabytes'),
    row('CPU time of `latchkey keys list`, in seconds', 'commandCpu'),
  ]
}

/** Measures the memory after a burst of sign-ins. The allocator keeps memory for each thread that computed hashes. */
async function measureAfterSignIns(dataDir: string) {
  const service = await startService(dataDir)
  const usernames = await registerUsers(service, 8)
  for (let times = 0; times < 4; times++) await Promise.all(usernames.map((username) => signIn(service, username)))
  const megabytes = (await residentMemoryOf(service.pid)) / 1e6
  await service.stop()
  return [['Resident memory after many sign-ins at once, in MB', figure(megabytes), '', '', '', '']]
}
