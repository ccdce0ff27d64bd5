import { Command, CommanderError } from 'commander'
import { version } from '../lib/version.ts'
import { addCommands, type CommandEntry } from './add-commands.ts'
import { createContext, type ProgramOptions } from './context.ts'

const commands: CommandEntry[] = [
  {
    name: 'start',
    description: 'start the service (this is done without a command, too)',
    isDefault: true,
    load: async () => (await import('./commands/start.ts')).defineStart,
  },
  {
    name: 'dev',
    description: 'the same for development: the links of mails stand in the log',
    load: async () => (await import('./commands/start.ts')).defineDev,
  },
  {
    name: 'demo',
    description: 'start it in memory, with the user johndoe whose password is secret',
    load: async () => (await import('./commands/start.ts')).defineDemo,
  },
  {
    name: 'openapi',
    description: 'print the OpenAPI document',
    load: async () => (await import('./commands/openapi.ts')).defineOpenapi,
  },
  {
    name: 'keys',
    description: 'list and rotate the signing keys',
    load: async () => (await import('./commands/keys.ts')).defineKeys,
  },
  {
    name: 'clients',
    description: 'register, list and remove confidential clients',
    load: async () => (await import('./commands/clients.ts')).defineClients,
  },
  {
    name: 'users',
    description: 'make, find, change and remove accounts',
    load: async () => (await import('./commands/users.ts')).defineUsers,
  },
  {
    name: 'events',
    description: 'show the audit log, the newest first: who did what to whom, from where',
    load: async () => (await import('./commands/events.ts')).defineEvents,
  },
  {
    name: 'mail',
    description: 'preview what mails say',
    load: async () => (await import('./commands/mail.ts')).defineMail,
  },
  {
    name: 'doctor',
    description: 'look for what silently goes wrong, and say what to do about it; nothing is changed',
    load: async () => (await import('./commands/doctor.ts')).defineDoctor,
  },
  {
    name: 'migrate',
    description: 'bring the database up to this program, as the service does when it starts',
    load: async () => (await import('./commands/migrate.ts')).defineMigrate,
  },
  {
    name: 'backup',
    description: 'copy the SQLite database, while the service runs, into a new file',
    load: async () => (await import('./commands/backup.ts')).defineBackup,
  },
  {
    name: 'restore',
    description: 'put a backup in the place of the SQLite database, and end everything that was given out before',
    load: async () => (await import('./commands/restore.ts')).defineRestore,
  },
  {
    name: 'restored',
    description: 'after a PostgreSQL was recovered: end everything that was given out before',
    load: async () => (await import('./commands/restored.ts')).defineRestored,
  },
]

/**
 * The `latchkey` command as a function: it knows of the process only what it is given, never ends it,
 * and may run many times in one process.
 */
export function createProgram(options: ProgramOptions) {
  // An error event without a listener ends the process. Writes report their errors to a callback.
  for (const stream of [options.stdout, options.stderr]) stream.on('error', () => {})
  return {
    /**
     * Runs the command that these words name; a service goes on after that.
     * @param words the command line without the program itself
     * @returns the exit code
     */
    async run(words: string[]): Promise<number> {
      const context = createContext(options)
      const program = createCommand(options)
      try {
        await addCommands(program, commands, context, words)
        await program.parseAsync(words, { from: 'user' })
      } catch (error) {
        // It has written the help, the version, or what is wrong with the command line.
        if (error instanceof CommanderError) return error.exitCode
        throw error
      }
      return context.exitCode
    },
  }
}

/** A command that writes to the streams given, and throws where it would end the process. */
function createCommand({ stdout, stderr }: ProgramOptions) {
  const columnsOf = (stream: ProgramOptions['stdout']) => (stream.isTTY === true ? stream.columns : undefined)
  return new Command('latchkey')
    .description('A sign-in API: users, passwords, sessions and JWTs.')
    .version(version)
    .addHelpText(
      'after',
      '\nSettings are environment variables, also read from ./.env. See .env.example, docs/reference/configuration.md.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Undefined means 80 columns, as commander itself has it.
      getOutHelpWidth: () => columnsOf(stdout) ?? 80,
      getErrHelpWidth: () => columnsOf(stderr) ?? 80,
    })
}
