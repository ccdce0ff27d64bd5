import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Stage } from '../fault.ts'
import { startTrial } from '../trial.ts'

const lockMs = 10_000

/** A write may be repeated for two seconds. The rest is for a busy machine. */
const maxWaitSeconds = 5

/** Fault 4: another process locks the SQLite database for ten seconds. */
export const lockedFaults: Fault[] = [
  { number: 4, title: 'locked by another process for ten seconds', database: 'sqlite', run: lock },
]

async function lock(stage: Stage) {
  const trial = await startTrial(stage)
  await trial.quietTime()
  const reader = trial.journal.addAccount()
  await trial.journal.register(reader, trial.service.url)
  await trial.journal.signIn(reader, trial.service.url)
  const [session] = reader.sessions
  if (session === undefined) throw new Error('The sign-in failed.')
  const path = trial.databaseUrl.slice('file:'.length)
  await trial.underLoad(async () => {
    const locker = spawn(process.execPath, ['--input-type=module', '--eval', programOf(path)], { stdio: 'inherit' })
    stage.teardown(() => locker.kill())
    // Reads continue meanwhile.
    while (locker.exitCode === null) {
      const answer = await trial.journal.read(reader, session, trial.service.url)
      if (answer === undefined) throw new Error('A read failed.')
      await sleep(100)
    }
    await trial.whenWritable()
  })
  const { longestSeconds } = trial.journal.summary()
  trial.demandWithin('A request waited for', longestSeconds, maxWaitSeconds)
  if (trial.journal.troubles.length === 0) throw new Error('Every write succeeded during the lock.')
  return [...(await trial.judge()), 'reads continued']
}

function programOf(path: string) {
  return `
    import BetterSqlite from 'better-sqlite3'
    const database = new BetterSqlite(${JSON.stringify(path)}, { timeout: 5_000 })
    database.exec('begin immediate')
    setTimeout(() => database.exec('rollback'), ${lockMs})`
}
