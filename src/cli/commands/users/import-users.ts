import { type Command, Option } from 'commander'
import { StartError } from '../../errors/index.ts'
import {
  createImporting,
  type Format,
  formatOf,
  formats,
  type Line,
  memberNames,
  openRecords,
} from '../../transfer/index.ts'
import type { AtDatabase, Place } from '../database.ts'
import { exportTo } from '../export-file.ts'
import { createImportReport, type ReportOptions } from '../import-report.ts'
import { listenForInterrupts } from '../interrupts.ts'
import { digitsOf, say } from '../output.ts'
import { createProgressBar } from '../progress.ts'

interface FormatOption {
  format?: Format
}

/** Lines that share a transaction: what it holds up ends in some milliseconds. */
const most = 200

/** `latchkey users import` and `export` */
export function addUserFileCommands(users: Command, atDatabase: AtDatabase) {
  users
    .command('import')
    .description('make accounts from a file of another system, or of `latchkey users export`')
    .argument('<file>', 'JSON lines (.jsonl, .ndjson, .json) or CSV (.csv); - for standard input')
    .addOption(new Option('--format <format>', 'whatever the name of the file ends in').choices(formats))
    .option('--dry-run', 'say line by line what would happen, and change nothing')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'A record is an object of JSON on a line of its own, or a line of CSV below one that names the columns:',
        `  ${memberNames.join(', ')}`,
        'Only username is needed. Times are ISO 8601; scopes are a list, or separated by spaces. Who has no',
        'password_hash gets in by a password reset. Whoever has the database may give any scope, those that',
        'administer Latchkey too: look at the scopes of a file that somebody else has made.',
        '',
        'Hashes may be of argon2, bcrypt, PBKDF2 (Django, passlib) or scrypt (better-auth).',
        '',
        'A line that is wrong is refused with a reason, the others are imported, and the exit code is 1. Who is',
        'there already is left as they are: what was interrupted can be run again. No mail is sent.',
        '',
        'Examples:',
        '  latchkey users import people.csv --dry-run',
        '  latchkey users import people.jsonl',
        '  pg_dump_people | latchkey users import - --format jsonl --json',
      ].join('\n'),
    )
    .action((path: string, options: ReportOptions & FormatOption) =>
      atDatabase((place) => importFrom(path, options, place)),
    )

  users
    .command('export')
    .description('write all accounts, their password hashes included, as JSON lines')
    .argument('[file]', 'a new file, for its owner alone; - or nothing for standard output')
    .addOption(new Option('--format <format>', 'whatever the name of the file ends in').choices(formats))
    .addHelpText(
      'after',
      [
        '',
        '`latchkey users import` makes the same accounts from it in another database. It does not hold',
        'sessions, clients, keys, nor the names of accounts that were deleted.',
        '',
        'Examples:',
        '  latchkey users export people.jsonl',
        '  latchkey users export | gpg --encrypt --recipient you@example.com > people.gpg',
      ].join('\n'),
    )
    .action((path = '-', { format }: FormatOption) =>
      atDatabase(async ({ store }) => {
        const { signal, release } = listenForInterrupts()
        try {
          await (path === '-'
            ? exportTo(undefined, format ?? 'jsonl', store, signal)
            : exportTo(path, formatOf(path, format), store, signal))
        } finally {
          release()
        }
      }),
    )
}

async function importFrom(path: string, options: ReportOptions & FormatOption, { config, store }: Place) {
  const format = formatOf(path, options.format)
  const { signal, release } = listenForInterrupts()
  const file = await openRecords(path, format, signal)
  const importing = createImporting({ store, now: config.now, isDryRun: options.dryRun === true })
  const report = createImportReport(options)
  const bar = createProgressBar(process.stderr)

  let failure: unknown
  try {
    for await (const lines of inBatches(file.records())) {
      const verdicts = await importing.take(lines)
      if (report.speaksOf(verdicts)) bar.clear()
      await report.add(verdicts)
      bar.show({ read: file.bytesRead(), size: file.size, records: report.records() })
      if (signal.aborted) break
    }
  } catch (error) {
    // The reading is what an interrupt ends.
    if (!signal.aborted) failure = error
  } finally {
    importing.close()
    release()
    bar.clear()
  }
  // Nothing was taken in, and nothing has been said yet.
  if (failure instanceof StartError && report.records() === 0) throw failure

  await report.end(failure === undefined && !signal.aborted).catch((error: unknown) => {
    failure ??= error
  })
  const isComplete = failure === undefined && !signal.aborted
  if (!isComplete) {
    say(
      `${signal.aborted ? 'It was interrupted' : `It ended early: ${reasonOf(failure)}`}. Every line up to ${digitsOf(report.lastLine())} has been dealt with. Run it again: who is there already is left as they are.`,
    )
  }
  if (!isComplete || report.counts.refused > 0) process.exitCode = 1
}

async function* inBatches(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < most) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function reasonOf(failure: unknown) {
  return (failure instanceof Error ? failure.message : String(failure)).replace(/\.$/, '')
}
