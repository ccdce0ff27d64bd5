import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createLogDestination } from '../../src/lib/log-destination.ts'
import { build, signedUp } from '../support/build.ts'

function openLog(t: Test, path: string, flags: string | number) {
  const fd = openSync(path, flags)
  t.teardown(() => closeSync(fd))
  const warnings: string[] = []
  return { fd, warnings, log: createLogDestination({ fd, warn: (text) => warnings.push(text) }) }
}

t.test('every line of a turn reaches the file in order', async (t) => {
  const path = join(t.testdir(), 'log')
  const { log, warnings } = openLog(t, path, 'w')
  for (const line of ['one\n', 'zwölf\n', 'three\n']) log.write(line)
  await log.whenFlushed?.()
  t.equal(readFileSync(path, 'utf8'), 'one\nzwölf\nthree\n')
  log.write('the last words\n')
  log.flush()
  t.match(readFileSync(path, 'utf8'), /three\nthe last words\n$/, 'written at once when the process ends')
  t.strictSame(warnings, [])
})

t.test('a full disk is reported once on standard error, and the service continues (O1)', async (t) => {
  const { log, warnings } = openLog(t, '/dev/full', 'w')
  const { app } = await build(t, { logStream: log })
  await signedUp(app, 'ada')
  await log.whenFlushed?.()
  t.equal((await app.inject('/health/live')).statusCode, 200)
  await log.whenFlushed?.()
  t.match(warnings, [/^Log lines cannot be written: standard output fails with ENOSPC\./])
  t.equal(warnings.length, 1)
})

t.test('lines that do not fit because of a stalled reader are dropped and counted in the log (O1)', async (t) => {
  const path = join(t.testdir(), 'pipe')
  execFileSync('mkfifo', [path])
  const { fd, log, warnings } = openLog(t, path, constants.O_RDWR | constants.O_NONBLOCK)
  const text = 'x'.repeat(10_000)
  for (let number = 0; number < 1000; number++) {
    log.write(`${JSON.stringify({ number, text })}\n`)
    log.flush()
  }
  t.match(warnings, [/^Log lines cannot be written: the reader of standard output has stopped reading\./])

  const lines = readAll(fd, log.flush).map((line) => JSON.parse(line))
  const last = lines.pop()
  t.match(last, { level: 40, msg: 'log lines dropped', dropped: 1000 - lines.length })
  t.ok(lines.length > 400 && lines.length < 600, 'about four megabytes are kept')
  t.ok(
    lines.every(({ number }, index) => number === index),
    'whole lines in order',
  )
  log.write('{"number":1000}\n')
  t.strictSame(readAll(fd, log.flush), ['{"number":1000}'])
  t.equal(warnings.length, 1)
})

/** Reads a pipe while the log keeps writing, until nothing is left. */
function readAll(fd: number, flush: () => void) {
  const room = Buffer.alloc(100_000)
  const read: Buffer[] = []
  for (;;) {
    flush()
    try {
      read.push(Buffer.from(room.subarray(0, readSync(fd, room))))
    } catch {
      return Buffer.concat(read).toString().trimEnd().split('\n')
    }
  }
}
