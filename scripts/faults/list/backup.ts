import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Fault, Stage } from '../fault.ts'
import { startPostgresServer } from '../postgres-server.ts'
import { createService, runCommand, runSuccessfully } from '../service.ts'
import { startTrial, type Trial } from '../trial.ts'

/** Fault 11: a backup that is made under load, and restored. */
export const backupFaults: Fault[] = [
  { number: 11, title: 'backup under load, restored', database: 'sqlite', run: backUpSqlite },
  { number: 11, title: 'base backup under load, restored', database: 'postgres', run: backUpPostgres },
]

async function backUpSqlite(stage: Stage) {
  const trial = await startTrial(stage)
  const backup = join(stage.folder, 'backup.db')
  const dataDir = join(stage.folder, 'restored')
  const environment = { DATABASE_URL: `file:${join(dataDir, 'latchkey.db')}` }
  const original = { dataDir: trial.service.dataDir, environment: { DATABASE_URL: trial.databaseUrl } }
  const accounts = await duringBackup(trial, () => runSuccessfully(original, ['backup', backup]))
  await runSuccessfully({ dataDir, environment }, ['restore', '--keep', backup])
  return checkRestored(stage, trial, accounts, { dataDir, environment })
}

/** Copies the files of the running server, as `pg_basebackup` does. */
async function backUpPostgres(stage: Stage) {
  const server = await stage.postgres()
  const trial = await startTrial(stage)
  const copy = await mkdtemp(join(tmpdir(), 'latchkey-faults-backup-'))
  stage.teardown(() => rm(copy, { recursive: true, force: true }))
  const accounts = await duringBackup(trial, async () => {
    const client = new pg.Client(server.url('postgres'))
    await client.connect()
    await client.query("select pg_backup_start('fault 11', true)")
    await cp(server.folder, copy, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !/postmaster\.(pid|opts)$|\.s\.PGSQL/.test(path),
    })
    const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
    // The log up to the end of the backup.
    await cp(join(server.folder, 'pg_wal'), join(copy, 'pg_wal'), { recursive: true, force: true })
    await writeFile(join(copy, 'backup_label'), rows[0].labelfile)
    await client.end()
  })
  await server.giveAway(copy)
  const restored = await startPostgresServer(stage.log, copy, true)
  stage.teardown(restored.close)
  const name = new URL(trial.databaseUrl).pathname.slice(1)
  const environment = { DATABASE_URL: restored.url(name) }
  return checkRestored(stage, trial, accounts, { dataDir: join(stage.folder, 'restored'), environment })
}

/** Makes a backup under load. @returns the accounts that were complete before it began */
async function duringBackup(trial: Trial, backUp: () => Promise<unknown>) {
  await trial.quietTime(1_500)
  const accounts = [...trial.journal.accounts]
  await trial.underLoad(async () => {
    await backUp()
    await sleep(200)
  })
  for (const service of trial.services) await service.end('SIGTERM')
  return accounts
}

async function checkRestored(
  stage: Stage,
  trial: Trial,
  accounts: Trial['journal']['accounts'],
  database: { dataDir: string; environment: { DATABASE_URL: string } },
) {
  const service = await createService(stage, database)
  await service.start()
  await trial.checkAccounts(accounts, [service.url])
  const { stdout } = await runCommand(database, ['doctor', '--json'])
  const { checks }: { checks: { check: string; level: string; message: string }[] } = JSON.parse(stdout)
  const fault = checks.find(({ check, level }) => level === 'fault' && check.startsWith('database'))
  if (fault !== undefined) throw new Error(`latchkey doctor: ${fault.message}`)
  const { acknowledged } = trial.journal.summary()
  return [`${acknowledged} acknowledged`, `${accounts.length} accounts from before the backup checked, 0 lost`]
}
