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
import { ClosedOutput, digitsOf } from '../../output.ts'
import { createProgressBar } from '../../progress.ts'
import { openTotpSecrets } from '../../services.ts'

interface Options extends ReportOptions {
  format?: Format
  firebaseParameters?: string
}

/** A transaction of this size delays others by some milliseconds. */
const linesPerTransaction = 200

/** `latchkey users import` */
export const defineImport: DefineCommand = (command, context) => {
  command
    .argument('<file>', 'JSON lines (.jsonl, .ndjson, .json), CSV (.csv), or - for standard input')
    .addOption(new Option('--format <format>', 'File format (default: from the file name)').choices(formats))
    .option('--firebase-parameters <file>', 'Hash parameters of a Firebase project, as shown in its console')
    .option('--dry-run', 'Report what would happen to each line, and change nothing')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Each line is a user: a JSON object, or a CSV record below a header. Fields:',
        `  ${fieldNames.slice(0, 6).join(', ')},`,
        `  ${fieldNames.slice(6).join(', ')}`,
        '',
        'Only username is required, or email with USERNAMES=optional. Times are ISO 8601.',
        'Scopes are a list or separated by spaces. Users without a password_hash set a',
        'password through the reset e-mail. The file can grant any scope, including',
        'administration scopes: check files that you did not create.',
        '',
        'totp_secret is the secret of an authenticator app: base32, an otpauth URI, or',
        'several of them. Only apps with SHA-1, 6 digits and 30 seconds are supported.',
        'second_factors is the number of second factors that a user had. The report',
        'counts users who lose some of them.',
        '',
        'Supported hashes: argon2, bcrypt, PBKDF2 and scrypt (Django, Werkzeug, passlib,',
        'better-auth), phpass (WordPress, phpBB), ASP.NET Identity, and Firebase',
        '(firebase$SALT$HASH, with --firebase-parameters).',
        '',
        'Invalid lines are rejected with a reason and make the exit code 1. The other',
        'lines are imported. Existing users are not changed, so an interrupted import can',
        'be repeated. No e-mails are sent.',
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

async function importUsers(context: CommandContext, database: OpenDatabase, path: string, options: Options) {
  const { config, store, audit } = database
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
    openTotpSecrets: () => openTotpSecrets(database),
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
    // An interrupt makes the reader fail with its own error.
    if (!signal.aborted) failure = error
  } finally {
    importer.close()
    release()
    bar.clear()
  }
  // Nothing has been imported or reported so far.
  if (failure instanceof StartError && report.records() === 0) throw failure

  const hasReadAll = failure === undefined && !signal.aborted
  for (const recipient of [importer, report]) {
    await recipient.end(hasReadAll).catch((error: unknown) => {
      failure ??= error
    })
  }
  if (report.counts.refused > 0) context.exitCode = 1
  // There is nothing left to do or to continue.
  if (failure instanceof ClosedOutput && (hasReadAll || options.dryRun === true)) throw failure
  if (failure !== undefined || signal.aborted) {
    context.exitCode = 1
    context.say(
      `The import ${signal.aborted ? 'was interrupted' : `stopped: ${reasonOf(failure)}`}. Lines up to ` +
        `${digitsOf(report.lastLine())} are done. To continue, run the command again: it skips existing users.`,
    )
  }
}

/** The parameters are in a file, because arguments are visible in the shell's history and in the process list. */
async function openFirebaseParameters(path: string) {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new StartError([`Cannot read ${path}: ${reasonOf(cause)}.`], { cause })
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
