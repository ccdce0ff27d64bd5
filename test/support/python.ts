import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { skipOutsideCi } from './missing.ts'

const run = promisify(execFile)

/**
 * Runs a test with a Python that has some modules. Without one the test is skipped, but fails on CI.
 * @param packages Debian's packages, by the names of their modules
 */
export function inPython(
  t: Test,
  name: string,
  packages: Record<string, string>,
  test: (t: Test, python: string) => Promise<void>,
) {
  return t.test(name, async (t) => {
    for (const python of ['/usr/bin/python3', 'python3']) {
      const isUsable = await run(python, ['-c', `import ${Object.keys(packages).join(', ')}`]).then(
        () => true,
        () => false,
      )
      if (isUsable) return test(t, python)
    }
    skipOutsideCi(t, `A Python package is missing: apt-get install ${Object.values(packages).join(' ')}.`)
  })
}
