import type { Command } from 'commander'
import type { CommandContext } from './context.ts'

/** Gives a command its arguments, options and action, or its subcommands. */
export type DefineCommand = (command: Command, context: CommandContext, words: string[]) => void | Promise<void>

export interface CommandEntry {
  name: string
  description: string
  isDefault?: boolean
  /** Imports the command with all that it needs. */
  load: () => Promise<DefineCommand>
}

/**
 * Adds commands, and imports only those that the command line names, or the default one. All are
 * imported where their arguments are listed, in the help.
 */
export async function addCommands(
  parent: Command,
  entries: CommandEntry[],
  context: CommandContext,
  words: string[],
): Promise<void> {
  const named = entries.filter(({ name }) => words.includes(name))
  const defaults = entries.filter(({ isDefault }) => isDefault)
  const showsHelp = defaults.length === 0 || words.some((word) => ['-h', '--help', 'help'].includes(word))
  const used = named.length > 0 ? named : showsHelp ? entries : defaults
  for (const entry of entries) {
    const { name, description, isDefault = false, load } = entry
    const command = parent.command(name, { isDefault }).description(description)
    if (used.includes(entry)) await (await load())(command, context, words)
  }
}
