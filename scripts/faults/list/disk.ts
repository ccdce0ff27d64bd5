import { execFile } from 'node:child_process'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { errorCodeOf } from '../../../src/lib/error-code.ts'
import { type Fault, NotRunError, type Stage } from '../fault.ts'
import { startPostgresServer } from '../postgres-server.ts'
import { startTrial, type Trial } from '../trial.ts'

const run = promisify(execFile)

const faultMs = 4_000

/** Fault 3: a disk that is full, fails, or is read-only. */
export const diskFaults: Fault[] = [
  { number: 3, title: 'disk full', database: 'sqlite', run: fillDiskOfSqlite },
  { number: 3, title: 'disk full', database: 'postgres', run: fillDiskOfPostgres },
  { number: 3, title: 'I/O errors', database: 'sqlite', run: failWrites },
  { number: 3, title: 'read-only file system at start', database: 'sqlite', run: startReadOnly },
  { number: 3, title: 'read-only database', database: 'postgres', run: makeReadOnly },
]

async function fillDiskOfSqlite(stage: Stage) {
  const trial = await startTrial(stage, { database: databaseAt(await mountDisk(stage, '64m')) })
  const filler = join(trial.service.dataDir, 'filler')
  return outage(trial, {
    begin: () => fillDisk(filler),
    end: () => rm(filler),
  })
}

async function fillDiskOfPostgres(stage: Stage) {
  const server = await startPostgresServer(stage.log, await mountDisk(stage, '192m'))
  stage.teardown(server.close)
  const url = await server.createDatabase()
  const database = { url, dataDir: join(stage.folder, 'data'), environment: { DATABASE_URL: url } }
  const trial = await startTrial(stage, { database })
  const filler = join(server.folder, 'filler')
  return outage(trial, {
    begin: () => fillDisk(filler),
    end: async () => {
      await rm(filler)
      // Without room for its log, PostgreSQL itself ends.
      if (!(await server.isRunning())) await server.start()
    },
  })
}

/** Lets every write to a file fail (EFBIG). */
async function failWrites(stage: Stage) {
  const trial = await startTrial(stage)
  const limitFiles = (limit: string) => run('prlimit', ['--pid', String(trial.service.pid()), `--fsize=${limit}`])
  return outage(trial, {
    begin: () => limitFiles('1:unlimited'),
    end: () => limitFiles('unlimited:unlimited'),
  })
}

async function makeReadOnly(stage: Stage) {
  const { query } = await stage.postgres()
  const setReadOnly = async (value: string) => {
    await query(`alter system set default_transaction_read_only = ${value}`)
    await query('select pg_reload_conf()')
  }
  stage.teardown(() => setReadOnly('off'))
  const trial = await startTrial(stage)
  return outage(trial, { begin: () => setReadOnly('on'), end: () => setReadOnly('off') })
}

async function startReadOnly(stage: Stage) {
  const disk = await mountDisk(stage, '32m')
  const trial = await startTrial(stage, { database: databaseAt(disk) })
  await trial.quietTime()
  await trial.service.end('SIGTERM')
  await run('mount', ['-o', 'remount,ro', disk])
  const { code, stderr } = await trial.service.startInVain()
  if (code !== 1 || !/cannot be opened for writing|read-only/.test(stderr)) {
    throw new Error(`It ended with ${code} and printed: ${stderr}`)
  }
  await run('mount', ['-o', 'remount,rw', disk])
  await trial.service.start()
  return [...(await trial.judge()), 'refused with the reason']
}

/** Makes writes fail under load. They must be 503 meanwhile, and succeed again without a restart. */
async function outage(trial: Trial, { begin, end }: { begin: () => Promise<unknown>; end: () => Promise<unknown> }) {
  await trial.quietTime()
  let seconds = NaN
  await trial.underLoad(async () => {
    await begin()
    await sleep(faultMs)
    await end()
    seconds = await trial.whenWritable()
  })
  if (trial.journal.troubles.length === 0) throw new Error('Every write succeeded during the fault.')
  const figures = await trial.judge()
  await trial.quietTime()
  return [...figures, trial.demandWithin('writable again after', seconds, 5)]
}

/** Mounts a small disk in memory, which only root may do. */
async function mountDisk(stage: Stage, size: string): Promise<string> {
  const disk = join(stage.folder, 'disk')
  await mkdir(disk)
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'latchkey-faults', disk]).catch((cause) => {
    throw new NotRunError('only root can mount a small disk', { cause })
  })
  stage.teardown(() => run('umount', ['--lazy', disk]))
  return disk
}

function databaseAt(dataDir: string) {
  const url = `file:${join(dataDir, 'latchkey.db')}`
  return { url, dataDir, environment: { DATABASE_URL: url } }
}

async function fillDisk(path: string) {
  const file = await open(path, 'w')
  const block = Buffer.alloc(4096)
  try {
    for (;;) await file.write(block)
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOSPC') throw error
  } finally {
    await file.close()
  }
}
