import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCodeOf } from './error-code.ts'

/** The destination of log lines. */
export interface LogStream {
  write: (line: string) => void
  /** Resolves when all lines have been written, or when this is impossible. Called when the service has stopped. */
  whenFlushed?: () => Promise<void>
}

interface Options {
  /** The descriptor of a file or a non-blocking pipe. The first use of `process.stdout` makes its pipe non-blocking. */
  fd: number
  /** Called once with a message for the operator, when lines cannot be written. */
  warn: (text: string) => void
}

/** The size of the buffer for a slow reader or a full disk. When it is full, lines are dropped. */
const maxBacklogBytes = 4 * 1024 * 1024

const retryMs = 50

/** The number of retries for a slow reader when the service stops. */
const lastRetries = 20

/**
 * Writes log lines. The lines of one turn of the event loop are written together. It neither throws nor blocks: lines
 * that cannot be written are buffered, and when the buffer is full, dropped and counted.
 */
export function createLogDestination({ fd, warn }: Options): LogStream & { flush: () => void } {
  let lines: string[] = []
  let retry: NodeJS.Timeout | undefined
  const backlog: Buffer[] = []
  let backlogBytes = 0
  let droppedLines = 0
  let hasWarned = false
  let fault: string | undefined

  function warnOnce(reason: string) {
    if (hasWarned) return
    hasWarned = true
    warn(
      `Log lines cannot be written: ${reason}. The service continues. ` +
        'Lines that do not fit into the buffer are dropped and counted.',
    )
  }

  function writeBacklog() {
    fault = undefined
    for (let next = backlog[0]; next !== undefined; next = backlog[0]) {
      try {
        const written = writeSync(fd, next)
        backlogBytes -= written
        if (written === next.length) backlog.shift()
        else backlog[0] = next.subarray(written)
      } catch (error) {
        fault = errorCodeOf(error) ?? String(error)
        // The reader of a full pipe is usually just slow.
        if (fault !== 'EAGAIN') warnOnce(`standard output fails with ${fault}`)
        return
      }
    }
  }

  function add(text: string) {
    const bytes = Buffer.from(text)
    backlog.push(bytes)
    backlogBytes += bytes.length
  }

  /** Writes as many lines as possible now. */
  function flush() {
    if (backlogBytes > 0) writeBacklog()
    if (backlogBytes === 0 && droppedLines > 0) {
      add(`${JSON.stringify({ level: 40, time: Date.now(), msg: 'log lines dropped', dropped: droppedLines })}\n`)
      droppedLines = 0
    }
    if (lines.length > 0) {
      if (backlogBytes < maxBacklogBytes) add(lines.join(''))
      else {
        droppedLines += lines.length
        warnOnce('the reader of standard output has stopped reading')
      }
      lines = []
    }
    if (backlogBytes > 0) writeBacklog()
    if (backlogBytes > 0) retry ??= setTimeout(flushAgain, retryMs).unref()
  }

  /** Retries even if no further line is logged. */
  function flushAgain() {
    retry = undefined
    flush()
  }

  const isBlocked = () => fault === 'EAGAIN'

  return {
    write(line: string) {
      if (lines.push(line) === 1) setImmediate(flush)
    },

    flush,

    /** Waits at most a second for a slow reader. */
    async whenFlushed() {
      flush()
      for (let left = lastRetries; left > 0 && isBlocked(); left--) {
        await sleep(retryMs)
        flush()
      }
    },
  }
}
