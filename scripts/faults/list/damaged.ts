import { open, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Stage } from '../fault.ts'
import { runSuccessfully } from '../service.ts'
import { startTrial } from '../trial.ts'

const pageSize = 4096

/** Fault 5: a damaged database file. */
export const damagedFaults: Fault[] = [
  { number: 5, title: 'header overwritten', database: 'sqlite', run: damage(({ path }) => overwrite(path, 0)) },
  {
    number: 5,
    title: 'file cut in half',
    database: 'sqlite',
    run: damage(async ({ path, pages }) => truncate(path, Math.floor(pages / 2) * pageSize)),
  },
  {
    number: 5,
    title: 'a tenth of the pages overwritten',
    database: 'sqlite',
    run: damage(async ({ path, pages }, { random }) => {
      for (let count = 0; count < pages / 10; count++) await overwrite(path, 1 + random.below(pages - 1))
    }),
  },
]

interface DatabaseFile {
  path: string
  pages: number
}

/** Damages the database of a stopped service. The start must be refused, and a backup must restore everything. */
function damage(harm: (file: DatabaseFile, stage: Stage) => Promise<void>) {
  return async (stage: Stage) => {
    const trial = await startTrial(stage)
    const { service } = trial
    await trial.underLoad(() => sleep(2_000))
    await service.end('SIGTERM')
    const path = trial.databaseUrl.slice('file:'.length)
    const backup = join(stage.folder, 'backup.db')
    const command = { dataDir: service.dataDir, environment: { DATABASE_URL: trial.databaseUrl } }
    await runSuccessfully(command, ['backup', backup])

    await harm({ path, pages: (await stat(path)).size / pageSize }, stage)
    const { code, stderr } = await service.startInVain()
    if (code !== 1 || !/damaged.*latchkey restore/.test(stderr)) {
      throw new Error(`The damage was not found at the start: it ended with ${code} and printed: ${stderr}`)
    }
    await runSuccessfully(command, ['restore', '--keep', backup])
    await service.start()
    return [...(await trial.judge()), 'refused with the remedy, restored from a backup']
  }
}

async function overwrite(path: string, page: number) {
  const file = await open(path, 'r+')
  await file.write(Buffer.alloc(pageSize, 0xa5), 0, pageSize, page * pageSize)
  await file.close()
}
