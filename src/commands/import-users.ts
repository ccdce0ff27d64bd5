import { createImporting, type Line } from '../accounts/importing.ts'
import { Refusal } from '../errors.ts'
import type { Place } from './database.ts'
import { createImportReport, type ReportOptions } from './import-report.ts'
import { interruptedCode } from './interrupts.ts'
import { digitsOf, say } from './output.ts'
import { createProgressBar } from './progress.ts'
import { formatOf, openRecords, type FormatOption } from './record-files.ts'

/** Lines that share a transaction: what it holds up ends in some milliseconds. */
const most = 200

const andNow = 'Run it again to go on: who is there already is left as they are.'

/**
 * Takes a file in, and says what became of it. The exit code is 1 when a line was refused.
 * @param path `-` for standard input
 * @param signal ends it after the lines that are under way
 * @throws {StartError} when there is no such file, or none that can be read
 */
export async function importUsers (path: string, options: ReportOptions & FormatOption, { config, store }: Place, signal: AbortSignal) {
  const file = await openRecords(path, formatOf(path, options.format), signal)
  const importing = createImporting({ store, now: config.now, isDryRun: options.dryRun === true })
  const report = createImportReport(options)
  const bar = createProgressBar(process.stderr)
  // Who reads a part of the output and goes is told of by the next write.
  process.stdout.on('error', () => {})

  let trouble: string | undefined
  try {
    for await (const lines of inBatches(file.records())) {
      const verdicts = await importing.take(lines)
      if (report.speaksOf(verdicts)) bar.clear()
      await report.add(verdicts)
      bar.show({ read: file.bytesRead(), size: file.size, records: report.sums().records })
      if (signal.aborted) break
    }
  } catch (error) {
    if (!signal.aborted) trouble = troubleOf(error)
  } finally {
    importing.close()
    bar.clear()
  }

  const { lastLine, refused } = report.sums()
  if (!process.stdout.destroyed) await report.end(!signal.aborted && trouble === undefined)
  if (signal.aborted || trouble !== undefined) say(`${trouble ?? 'You asked to stop.'} It came as far as line ${digitsOf(lastLine)}. ${andNow}`)
  if (signal.aborted) process.exitCode = interruptedCode
  else if (trouble !== undefined || refused > 0) process.exitCode = 1
}

async function * inBatches (lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < most) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** What has ended it before its time, as a sentence; what nobody expects is thrown again. */
function troubleOf (error: unknown): string {
  if (error instanceof Refusal) return 'The database did not answer for a while.'
  if (!(error instanceof Error && 'syscall' in error)) throw error
  return error.syscall === 'write' ? 'Nobody reads any more what it says.' : `The file cannot be read to its end: ${error.message}.`
}
