import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { send } from '../client.ts'
import { type Fault, NotRunError, type Stage } from '../fault.ts'
import { startTrial } from '../trial.ts'

const megabyte = 1024 ** 2
const memory = 256 * megabyte
const users = 20
const clients = 200
const stormMs = 15_000

/** Fault 12: a login storm in 256 MiB of memory, with the default cost of hashes. */
export const memoryFaults: Fault[] = (['sqlite', 'postgres'] as const).map((database) => ({
  number: 12,
  title: '256 MiB of memory and a login storm',
  database,
  run: storm,
}))

async function storm(stage: Stage) {
  const group = await createMemoryGroup(stage)
  const trial = await startTrial(stage, {
    instances: 1,
    under: ['sh', '-c', `echo $$ > ${group.processes} && exec "$@"`, 'sh'],
    environment: { ARGON2_MEMORY_KIB: '19456', ARGON2_TIME: '2', HASH_QUEUE_MS: '1000' },
  })
  const { url } = trial.service
  const pid = trial.service.pid()
  const people = Array.from({ length: users }, () => ({ username: `user-${randomUUID()}`, password: randomUUID() }))
  for (const json of people) {
    const { status } = await send(url, { path: '/auth/users', json })
    if (status !== 201) throw new Error(`A registration got ${status}.`)
  }

  const counts = { accepted: 0, unavailable: 0 }
  const end = performance.now() + stormMs
  const patienceMs = 15_000 * stage.slack
  const beClient = async () => {
    while (performance.now() < end) {
      const { status, outcome } = await send(url, { path: '/auth/token', form: stage.random.pick(people) }, patienceMs)
      if (status === 200) counts.accepted++
      else if (outcome === 'unavailable') counts.unavailable++
      else throw new Error(`A sign-in was ${outcome} (${status}).`)
    }
  }
  await Promise.all(Array.from({ length: clients }, beClient))
  const seconds = await trial.whenWritable()
  if (trial.service.pid() !== pid || !(await trial.service.isReady())) throw new Error('The process ended.')
  const peak = await group.peak()
  return [
    ...(await trial.judge()),
    `${clients} clients at once, ${counts.accepted} signed in, ${counts.unavailable} times 503`,
    trial.demandWithin('writable again after', seconds, 5),
    `peak ${(peak / megabyte).toFixed(0)} MiB`,
  ]
}

/** Creates a control group of Linux (version 2 or 1) with 256 MiB of memory and no swap, which only root may do. */
async function createMemoryGroup(stage: Stage) {
  const root = '/sys/fs/cgroup'
  const isVersion2 = existsSync(`${root}/cgroup.controllers`)
  const folder = join(isVersion2 ? root : `${root}/memory`, `latchkey-faults-${randomUUID()}`)
  const [limit, peak] = isVersion2
    ? ['memory.max', 'memory.peak']
    : ['memory.limit_in_bytes', 'memory.max_usage_in_bytes']
  try {
    await mkdir(folder)
    await writeFile(join(folder, limit), String(memory))
  } catch (cause) {
    throw new NotRunError('only root can limit the memory of a process', { cause })
  }
  stage.teardown(() => rmdir(folder))
  return {
    processes: join(folder, 'cgroup.procs'),
    peak: async () => Number(await readFile(join(folder, peak), 'utf8')),
  }
}
