import { readFile } from 'node:fs/promises'
import { Option } from 'commander'
import { StartError } from '../../../errors/index.ts'
import { readFirebaseParameters } from '../../../passwords/index.ts'
import {
  createImporter,
  fieldNames,
  type Format,
  formatOf,
  formats,
  type Line,
  openRecordFile,
  readRecords,
} from '../../../transfer/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { createImportReport, type ReportOptions } from '../../import-report.ts'
import { listenForInterrupts } from '../../interrupts.ts'
import { digitsOf } from '../../output.ts'
import { createProgressBar } from '../../progress.ts'

interface Options extends ReportOptions {
  format?: Format
  firebaseParameters?: string
}

/** A transaction of this size holds others up for some milliseconds. */
const linesPerTransaction = 200

/** `latchkey users import` */
export const defineImport: DefineCommand = (command, context) => {
  command
    .argument('<file>', 'JSON lines (.jsonl, .ndjson, .json) or CSV (.csv); - for standard input')
    .addOption(new Option('--format <format>', 'whatever the name of the file ends in').choices(formats))
    .option('--firebase-parameters <file>', 'hash parameters of a Firebase project, as its console shows them')
    .option('--dry-run', 'say line by line what would happen, and change nothing')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'A record is an object of JSON on a line of its own, or a line of CSV below one that names the columns:',
        `  ${fieldNames.join(', ')}`,
        'Only username is needed; with USERNAMES=optional, email is enough. Times are ISO 8601; scopes are a list, or',
        'separated by spaces. Users without a password_hash set a password through the reset e-mail. The file may',
        'grant any scope, also those that administer Latchkey: check the scopes of a file that others have made.',
        '',
        'Hashes may be of argon2, bcrypt, PBKDF2 and scrypt (Django, Werkzeug, passlib, better-auth), phpass',
        '(WordPress, phpBB), ASP.NET Identity or Firebase (firebase$SALT$HASH, with --firebase-parameters).',
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
    .action((path: string, options: Options) =>
      withDatabase(context, (database) => importUsers(context, database, path, options)),
    )
}

async function importUsers(
  context: CommandContext,
  { config, store, audit }: OpenDatabase,
  path: string,
  options: Options,
) {
  const format = formatOf(path, options.format)
  const { firebaseParameters: parameters } = options
  const firebase = parameters === undefined ? undefined : await openFirebaseParameters(context.resolve(parameters))
  const { signal, release } = listenForInterrupts(context.signals)
  const { usernames } = config
  const reading = { format, usernames, signal }
  const file = path === '-' ? readRecords(context.stdin, reading) : await openRecordFile(context.resolve(path), reading)
  const importer = createImporter({
    store,
    audit,
    now: config.now,
    isDryRun: options.dryRun === true,
    usernames,
    firebase,
  })
  const report = createImportReport(context.write, options)
  const bar = createProgressBar(context.stderr)

  let failure: unknown
  try {
    for await (const lines of inBatches(file.records())) {
      const verdicts = await importer.take(lines)
      if (report.speaksOf(verdicts)) bar.clear()
      await report.add(verdicts)
      bar.show({ read: file.bytesRead(), size: file.size, records: report.records() })
      if (signal.aborted) break
    }
  } catch (error) {
    // An interrupt ends the reading with an error of its own.
    if (!signal.aborted) failure = error
  } finally {
    importer.close()
    release()
    bar.clear()
  }
  // Nothing has been imported or reported yet.
  if (failure instanceof StartError && report.records() === 0) throw failure

  const hasReadAll = failure === undefined && !signal.aborted
  for (const recipient of [importer, report]) {
    await recipient.end(hasReadAll).catch((error: unknown) => {
      failure ??= error
    })
  }
  const isComplete = failure === undefined && !signal.aborted
  if (!isComplete) {
    context.say(
      `${signal.aborted ? 'It was interrupted' : `It ended early: ${reasonOf(failure)}`}. Every line up to ` +
        `${digitsOf(report.lastLine())} has been dealt with. Run it again: who is there already is left as they are.`,
    )
  }
  if (!isComplete || report.counts.refused > 0) context.exitCode = 1
}

/** A file, because arguments are in the shell's history and in the list of processes. */
async function openFirebaseParameters(path: string) {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new StartError([`${path} cannot be read: ${reasonOf(cause)}.`], { cause })
  })
  const parameters = readFirebaseParameters(text)
  if (typeof parameters === 'string') throw new StartError([parameters])
  return parameters
}

async function* inBatches(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < linesPerTransaction) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function reasonOf(failure: unknown) {
  return (failure instanceof Error ? failure.message : String(failure)).replace(/\.$/, '')
}
