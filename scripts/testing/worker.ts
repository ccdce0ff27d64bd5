/*
 * A process that loads test files one after another. Each is an ordinary tap program, and tap's root test is a
 * singleton, so their tests queue on it. The runner assigns the files and receives every result.
 */
import './collect-coverage.ts'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { describeFailure } from './describe-failure.ts'
import type { Assignment, Report } from './messages.ts'

const testTimeoutMs = 180_000

/** A process still running this long after its last test is kept alive by something that a test left open. */
const exitTimeoutMs = 30_000

const { TEST_FIXTURE_FOLDER: fixtureFolder = '.tap/fixtures' } = process.env

let current = ''
let counts = { passed: 0, failed: 0 }

// When tap removes the folder of a test outside the working directory, it also changes to that directory.
process.chdir = () => {}

// Nothing is printed, because results go to the runner.
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
    // Leftovers of a failed test must not disturb the next file. After an error outside of every test, tap runs no
    // further tests.
    isWornOut: counts.failed > 0 || t.ended,
  })
}

function end() {
  t.end()
  setTimeout(() => {
    console.error(`A worker did not end. It still holds: ${process.getActiveResourcesInfo().join(', ')}`)
    process.exit(1)
  }, exitTimeoutMs).unref()
}

function report(message: Report) {
  process.send?.(message)
}
