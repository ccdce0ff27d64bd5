/* What `latchkey doctor` finds, without a process of its own. */
import { join } from 'node:path'
import type { Test } from 'tap'
import { diagnose } from '../../src/cli/doctor/checks.ts'
import type { Level } from '../../src/cli/doctor/finding.ts'
import { thisMachine, type Machine } from '../../src/cli/doctor/machine.ts'
import { testEnvironment } from './build.ts'

/** No program listens on this port, whatever else runs on the machine. */
const unusedUrl = 'http://localhost:4'

/** @param differences from this machine */
export async function examine(environment: NodeJS.ProcessEnv, differences: Partial<Machine> = {}) {
  const found = await diagnose({
    ...thisMachine({
      cwd: '.',
      nodeVersion: '24.11.0',
      resolve: (path) => path,
      readEnvironment: () => ({ ...testEnvironment, PUBLIC_URL: unusedUrl, ...environment }),
    }),
    envFile: '/nowhere/.env',
    ...differences,
  })
  const of = (check: string) => found.filter((finding) => finding.check === check)
  return {
    found,
    of,
    /** What is said of it, with what to do about it. */
    said: (check: string) =>
      of(check)
        .map(({ level, message, remedy = '' }) => `${level}: ${message} ${remedy}`)
        .join('\n'),
    levels: (...checks: string[]) =>
      checks.map((check) =>
        of(check)
          .map(({ level }) => level)
          .join(' '),
      ),
    /** Everything of that level. */
    checks: (level: Level) => found.filter((finding) => finding.level === level).map(({ check }) => check),
  }
}

/** Settings of an installation in a new folder that has not been started. */
export function newPlace(t: Test) {
  const folder = t.testdir()
  return { folder, environment: { DATA_DIR: join(folder, 'data') } }
}
