/*
 * `npm run test:faults` causes the faults that docs/operations/reliability.md lists, and checks that nothing
 * acknowledged is lost. It starts real processes and a real PostgreSQL, and sends real signals, so it takes minutes and
 * is not part of `npm test`. It requires Linux; a small disk and a memory limit also require root.
 *
 * npm run test:faults -- 6 7                   only these faults
 * npm run test:faults -- --database sqlite     only on this database
 * npm run test:faults -- --kills 50            repeats kill -9 so often on each database (default: 5)
 * npm run test:faults -- --slack 3             triples the bounds of times, for a busy machine
 * npm run test:faults -- --seed 7              the same random numbers again
 * npm run test:faults -- --write               writes the results into docs/operations/reliability.md
 */
import { appendFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, release, type } from 'node:os'
import { parseArgs } from 'node:util'
import { type Fault, NotRunError, onStage } from './fault.ts'
import { backupFaults } from './list/backup.ts'
import { clockFaults } from './list/clock.ts'
import { conflictFaults } from './list/conflicts.ts'
import { damagedFaults } from './list/damaged.ts'
import { diskFaults } from './list/disk.ts'
import { killFaults } from './list/kill.ts'
import { lockedFaults } from './list/locked.ts'
import { mailFaults } from './list/mail.ts'
import { memoryFaults } from './list/memory.ts'
import { migrationFaults } from './list/migration.ts'
import { postgresFaults } from './list/postgres-outage.ts'
import { terminateFaults } from './list/terminate.ts'
import { type PostgresServer, startPostgresServer } from './postgres-server.ts'
import { createRandom } from './random.ts'

const faults: Fault[] = [
  killFaults,
  terminateFaults,
  diskFaults,
  lockedFaults,
  damagedFaults,
  postgresFaults,
  conflictFaults,
  clockFaults,
  mailFaults,
  migrationFaults,
  backupFaults,
  memoryFaults,
].flat()

const page = new URL('../../docs/operations/reliability.md', import.meta.url)
const logFile = 'data/faults.log'

const { values: options, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kills: { type: 'string', default: '5' },
    slack: { type: 'string', default: '1' },
    database: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const numbers = positionals.map(Number)
const chosen = faults.filter(
  ({ number, database }) =>
    (numbers.length === 0 || numbers.includes(number)) && (options.database ?? database) === database,
)

const log = (text: string) => appendFileSync(logFile, `${text}\n`)
let server: Promise<PostgresServer> | undefined
const postgres = () => (server ??= startPostgresServer(log))

interface Result extends Fault {
  verdict: 'ok' | 'FAILED' | 'not run'
  text: string
}

console.log(`seed ${options.seed}, ${options.kills} kills; the log is in ${logFile}`)
await mkdir('data', { recursive: true })
await rm(logFile, { force: true })
const begin = performance.now()
const results: Result[] = []
try {
  for (const fault of chosen) {
    process.stdout.write(`fault ${fault.number}: ${fault.title} (${fault.database}) ... `)
    const result = await cause(fault)
    console.log(`${result.verdict}, ${result.text}`)
    results.push(result)
  }
} finally {
  // If it did not start, the faults that need it have failed.
  await (await server?.catch(() => undefined))?.close()
}

const count = (verdict: Result['verdict']) => results.filter((result) => result.verdict === verdict).length
const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
const summary = `${count('ok')} ok, ${count('FAILED')} failed, ${count('not run')} not run, in ${minutes} minutes`
console.log(`\n${summary}`)
if (options.write) await writeIntoPage()
// On CI, nothing that a fault needs may be missing.
const isFailed = count('FAILED') > 0 || (process.env.CI === 'true' && count('not run') > 0)
process.exit(isFailed ? 1 : 0)

async function cause(fault: Fault): Promise<Result> {
  const { database } = fault
  // Each fault has random numbers of its own, so that it is the same when it is repeated alone.
  const random = createRandom(Number(options.seed) + fault.number)
  const [kills, slack] = [Number(options.kills), Number(options.slack)]
  try {
    const details = await onStage({ database, postgres, random, kills, slack, log }, fault.run)
    return { ...fault, verdict: 'ok', text: details.join(', ') }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { ...fault, verdict: error instanceof NotRunError ? 'not run' : 'FAILED', text }
  }
}

/** Replaces the results on the page. */
async function writeIntoPage() {
  const [cpu] = cpus()
  const rows = results.map(({ number, title, database, verdict, text }) =>
    [number, title, database === 'sqlite' ? 'SQLite' : 'PostgreSQL', `${verdict}: ${text}`].join(' | '),
  )
  const report = [
    `Run on ${new Date().toISOString().slice(0, 10)} with seed ${options.seed} and slack ${options.slack} on ` +
      `${cpus().length} cores of ` +
      `${cpu?.model}, ${type()} ${release().split('-')[0]}, Node.js ${process.versions.node}: ${summary}.`,
    ['fault | what happened | database | result', '--- | --- | --- | ---', ...rows]
      .map((row) => `| ${row} |`)
      .join('\n'),
  ].join('\n\n')
  const text = await readFile(page, 'utf8')
  await writeFile(
    page,
    text.replace(/(?<=<!-- results -->\n).*?(?=<!-- \/results -->)/s, () => `\n${report}\n\n`),
  )
}
