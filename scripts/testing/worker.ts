/*
 * A process that loads test files one after another. Each file is an ordinary tap program. Their tests queue on tap's
 * root test, which is a singleton. The runner assigns the files and receives all results.
 */
import './collect-coverage.ts'
import './collect-statements.ts'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { describeFailure } from './describe-failure.ts'
import type { Assignment, Report } from './messages.ts'

/** Ends tests that hang, before the runner would kill the process. A busy machine takes several times as long. */
const testTimeoutMs = 540_000

/** If a process still runs this long after its last test, a test has left something open. */
const exitTimeoutMs = 30_000

const { TEST_FIXTURE_FOLDER: fixtureFolder = '.tap/fixtures' } = process.env

let current = ''
let counts = { passed: 0, failed: 0 }

// When tap removes the folder of a test outside the working directory, it also changes to that directory.
process.chdir = () => {}

// tap prints nothing, because the results go to the runner.
t.register()
t.resume()
// The root test lasts as long as the process. The timeout applies to each test in the files.
t.setTimeout(0)
t.on('subtestAdd', (test) => {
  test.options.timeout ??= testTimeoutMs
})
t.on('assert', ({ ok, skip, todo, fullname, diag }) => {
  if (skip || todo) {
    report({ kind: 'skipped', file: current, test: fullname, reason: String(skip || todo) })
  } else if (ok) {
    counts.passed++
  } else {
    counts.failed++
    report({ kind: 'failed', file: current, test: fullname, details: describeFailure(diag) })
  }
})

process.on('message', (message: Assignment) => {
  if ('file' in message) runFile(message.file)
})
process.once('disconnect', end)
// tap tells Node not to wait for the channel.
process.channel?.ref()
report({ kind: 'ready' })

async function runFile(file: string) {
  current = file
  counts = { passed: 0, failed: 0 }
  const startedAt = performance.now()
  t.testdirName = join(fixtureFolder, file.replace(/[^\w.-]+/g, '-'))
  try {
    await import(pathToFileURL(file).href)
    while (!t.idle && !t.ended) await once(t, 'idle')
  } catch (error) {
    counts.failed++
    report({
      kind: 'failed',
      file,
      test: 'the file cannot be loaded',
      details: String((error as Error).stack ?? error),
    })
  }
  report({
    kind: 'finished',
    file,
    seconds: (performance.now() - startedAt) / 1000,
    ...counts,
    // Leftovers of a failed test must not disturb the next file. After an error outside of all tests, tap would run no
    // further tests. So the runner replaces this process.
    isWornOut: counts.failed > 0 || t.ended,
  })
}

function end() {
  t.end()
  setTimeout(() => {
    console.error(`A worker did not end. Open resources: ${process.getActiveResourcesInfo().join(', ')}`)
    process.exit(1)
  }, exitTimeoutMs).unref()
}

function report(message: Report) {
  process.send?.(message)
}
