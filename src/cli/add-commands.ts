import type { Command } from 'commander'
import type { CommandContext } from './context.ts'

/** Defines the arguments, options and action of a command, or its subcommands. */
export type DefineCommand = (command: Command, context: CommandContext, words: string[]) => void | Promise<void>

export interface CommandEntry {
  name: string
  description: string
  isDefault?: boolean
  /** Imports the command and its dependencies. */
  load: () => Promise<DefineCommand>
}

/**
 * Adds commands. To start quickly, it imports only the command that the command line names, or the default one. The
 * help lists the arguments of all commands, so it imports them all.
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
