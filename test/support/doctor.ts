/* The results of `latchkey doctor`, without a process of its own. */
import { join } from 'node:path'
import type { Test } from 'tap'
import { diagnose } from '../../src/cli/doctor/checks.ts'
import type { Level } from '../../src/cli/doctor/check-result.ts'
import { thisMachine, type Machine } from '../../src/cli/doctor/machine.ts'
import { testEnvironment } from './build.ts'

/** A port on which no program listens, whatever else runs on the machine. */
const unusedUrl = 'http://localhost:4'

/** @param differences what differs from the real machine */
export async function examine(environment: NodeJS.ProcessEnv, differences: Partial<Machine> = {}) {
  const found = await diagnose({
    ...thisMachine({
      cwd: '.',
      env: environment,
      nodeVersion: '24.11.0',
      resolve: (path) => path,
      readEnvironment: () => ({ ...testEnvironment, PUBLIC_URL: unusedUrl, ...environment }),
    }),
    envFile: '/nowhere/.env',
    ...differences,
  })
  const of = (check: string) => found.filter((result) => result.check === check)
  return {
    found,
    of,
    /** The messages of a check with their remedies. */
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
    /** The checks with results of that level. */
    checks: (level: Level) => found.filter((result) => result.level === level).map(({ check }) => check),
  }
}

/** Settings of a new installation in its own folder, which has not been started. */
export function newPlace(t: Test) {
  const folder = t.testdir()
  return { folder, environment: { DATA_DIR: join(folder, 'data') } }
}
