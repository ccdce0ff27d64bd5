import { Option, type Command } from 'commander'
import { memberNames } from '../accounts/account-records.ts'
import type { AtDatabase } from './database.ts'
import { exportUsers } from './export-users.ts'
import type { ReportOptions } from './import-report.ts'
import { importUsers } from './import-users.ts'
import { untilInterrupted } from './interrupts.ts'
import { formats, type FormatOption } from './record-files.ts'

/** `latchkey users …` */
export function addUserCommands (program: Command, atDatabase: AtDatabase) {
  const users = program.command('users').description('bring users along from another system, and take them away')
  const formatOption = () => new Option('--format <format>', 'where the name of the file does not tell').choices(formats)

  users.command('import')
    .description('make accounts from a file of another system, or of latchkey users export')
    .argument('<file>', 'JSON lines (.jsonl, .ndjson, .json) or CSV (.csv); - for standard input')
    .addOption(formatOption())
    .option('--dry-run', 'say line by line what would happen, and change nothing')
    .option('--json', 'for programs')
    .addHelpText('after', [
      '',
      'A line is an account: an object of JSON, or in CSV the values of what the first line names:',
      `  ${memberNames.join(', ')}`,
      'Only username is needed. created_at is ISO 8601; scopes are a list, or words separated by spaces.',
      'password_hash is of argon2, bcrypt, PBKDF2 (Django, passlib) or scrypt (better-auth); who has none',
      'gets in by a password reset. An id stays the sub of their tokens.',
      '',
      'The scopes may be those that administer Latchkey, too: whoever runs this has the database anyway.',
      'Look at the scopes, and at who is email_verified, in a file that somebody else has made.',
      '',
      'A line that is wrong is refused with its reason, the others are imported, and the exit code is 1.',
      'Who is there already is left as they are: what was interrupted can be run again. No mail is sent.',
      '',
      'Examples:',
      '  latchkey users import people.csv --dry-run',
      '  latchkey users import people.jsonl',
      '  gpg --decrypt people.gpg | latchkey users import - --format jsonl',
    ].join('\n'))
    .action((path: string, options: ReportOptions & FormatOption) =>
      atDatabase((place) => untilInterrupted((signal) => importUsers(path, options, place, signal))))

  users.command('export')
    .description('write all accounts with their password hashes, a line of JSON each')
    .argument('[file]', 'a new file, for its owner alone; standard output without it')
    .addOption(formatOption())
    .addHelpText('after', [
      '',
      'latchkey users import makes the same accounts of it in another database. It holds no sessions,',
      'clients or keys, nor the names of accounts that were deleted.',
      '',
      'Examples:',
      '  latchkey users export people.jsonl',
      '  latchkey users export | gpg --encrypt --recipient you@example.com > people.gpg',
    ].join('\n'))
    .action((path: string | undefined, options: FormatOption) =>
      atDatabase((place) => untilInterrupted((signal) => exportUsers(path, options, place, signal))))
}
