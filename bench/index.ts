/*
 * `npm run bench`: how fast the service is, as it runs in production, beside references measured in
 * the same run. What is compared takes turns, round by round, so that the noise of a shared machine
 * falls on both. Needs Linux, for the CPU time of other processes. `--write` puts the tables into
 * the README.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCrowd } from './crowd.ts'
import { measureMe } from './me.ts'
import { describeMachine, tableOf, writeIntoReadme } from './report.ts'
import { measureSignIn } from './sign-in.ts'
import { measureAfterSignIns, measureStart } from './start.ts'

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
try {
  const crowd = await createCrowd(join(folder, 'crowd'), 1000)
  const me = await measureMe(folder, crowd)
  const signIn = await measureSignIn(join(folder, 'sign-in'))
  const start = [...await measureStart(crowd), ...await measureAfterSignIns(join(folder, 'memory'))]

  const report = [
    describeMachine(),
    tableOf(['', 'measured', 'reference', 'ratio', 'bound', 'verdict'], [...me.verdicts, ...signIn.verdicts, ...start]),
    'A session that another process ended was refused at the next request. What the server used for each answer; where it did not keep a core busy, the load generator could not ask for more:',
    tableOf(['', 'a second', 'user CPU, µs', 'system CPU, µs', 'cores busy'], [...me.details, ...signIn.details]),
  ].join('\n\n')
  console.log(`\n${report}`)
  if (process.argv.includes('--write')) await writeIntoReadme(report)
} finally {
  await rm(folder, { recursive: true, force: true })
}
