import { Command, CommanderError } from 'commander'
import { version } from '../lib/version.ts'
import { addCommands, type CommandEntry } from './add-commands.ts'
import { createContext, type ProgramOptions } from './context.ts'

const commands: CommandEntry[] = [
  {
    name: 'start',
    description: 'Start the service (the default command)',
    isDefault: true,
    load: async () => (await import('./commands/start.ts')).defineStart,
  },
  {
    name: 'dev',
    description: 'Start in development mode and log e-mailed links',
    load: async () => (await import('./commands/start.ts')).defineDev,
  },
  {
    name: 'demo',
    description: 'Run an in-memory demo (user johndoe, password secret)',
    load: async () => (await import('./commands/start.ts')).defineDemo,
  },
  {
    name: 'openapi',
    description: 'Print the OpenAPI document, with default settings',
    load: async () => (await import('./commands/openapi.ts')).defineOpenapi,
  },
  {
    name: 'keys',
    description: 'Manage the signing keys',
    load: async () => (await import('./commands/keys.ts')).defineKeys,
  },
  {
    name: 'clients',
    description: 'Manage confidential clients',
    load: async () => (await import('./commands/clients.ts')).defineClients,
  },
  {
    name: 'users',
    description: 'Manage users',
    load: async () => (await import('./commands/users.ts')).defineUsers,
  },
  {
    name: 'events',
    description: 'Show the audit log, newest first',
    load: async () => (await import('./commands/events.ts')).defineEvents,
  },
  {
    name: 'mail',
    description: 'Preview e-mails',
    load: async () => (await import('./commands/mail.ts')).defineMail,
  },
  {
    name: 'doctor',
    description: 'Diagnose the installation and suggest fixes',
    load: async () => (await import('./commands/doctor.ts')).defineDoctor,
  },
  {
    name: 'migrate',
    description: 'Migrate the database to this version',
    load: async () => (await import('./commands/migrate.ts')).defineMigrate,
  },
  {
    name: 'backup',
    description: 'Back up the SQLite database',
    load: async () => (await import('./commands/backup.ts')).defineBackup,
  },
  {
    name: 'restore',
    description: 'Restore the SQLite database from a backup',
    load: async () => (await import('./commands/restore.ts')).defineRestore,
  },
  {
    name: 'restored',
    description: 'End all sessions after PostgreSQL has been restored',
    load: async () => (await import('./commands/restored.ts')).defineRestored,
  },
]

/**
 * The `latchkey` command as a function. It accesses the process only through its options, never ends the process, and
 * can run many times in one process.
 */
export function createProgram(options: ProgramOptions) {
  // An error event without a listener would end the process. Each write reports its errors to a callback.
  for (const stream of [options.stdout, options.stderr]) stream.on('error', () => {})
  return {
    /**
     * Runs a command. A service that it starts keeps running.
     * @param words the command line without the program name
     * @returns the exit code
     */
    async run(words: string[]): Promise<number> {
      const context = createContext(options)
      const program = createCommand(options)
      try {
        await addCommands(program, commands, context, words)
        await program.parseAsync(words, { from: 'user' })
      } catch (error) {
        // Commander has printed the help, the version or an error.
        if (error instanceof CommanderError) return error.exitCode
        throw error
      }
      return context.exitCode
    },
  }
}

/** Loads the `latchkey` command with all subcommands, to document it. */
export async function loadProgram(options: ProgramOptions): Promise<Command> {
  const program = createCommand(options)
  await addCommands(program, commands, createContext(options), ['--help'])
  return program
}

/** Creates a command that writes to the given streams, and throws instead of ending the process. */
function createCommand({ stdout, stderr }: ProgramOptions) {
  const columnsOf = (stream: ProgramOptions['stdout']) => (stream.isTTY === true ? stream.columns : undefined)
  return new Command('latchkey')
    .description('Run and manage Latchkey, a self-hosted sign-in API.')
    .version(version, '-V, --version', 'Show the version')
    .helpOption('-h, --help', 'Show help')
    .helpCommand('help [command]', 'Show help for a command')
    .addHelpText(
      'after',
      [
        '',
        'Settings are environment variables or lines in ./.env. See',
        'docs/reference/configuration.md. Run "latchkey COMMAND --help" for details and',
        'examples.',
      ].join('\n'),
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Commander's own default.
      getOutHelpWidth: () => columnsOf(stdout) ?? 80,
      getErrHelpWidth: () => columnsOf(stderr) ?? 80,
    })
}
