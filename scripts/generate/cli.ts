import { PassThrough } from 'node:stream'
import type { Command } from 'commander'
import { loadProgram } from '../../src/cli/program.ts'
import { codeBlock, pageOf, tableOf } from './markdown.ts'

/** Makes `docs/reference/cli.md`. */
export async function cliPage(): Promise<string> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const program = await loadProgram({ env: {}, nodeVersion: '', cwd: '.', stdin: new PassThrough(), stdout, stderr })
  const helpOf = (command: Command) => {
    command.outputHelp()
    return codeBlock(String(stdout.read()))
  }
  const commands = commandsOf(program)
  return pageOf('Command line', 'the command line program', [
    '`latchkey` works with the database and the settings of the service, so run it in the folder of the service, as ' +
      'its user. The service may be running or stopped. In a checkout, run `npx latchkey`, and in a container ' +
      '`docker exec NAME latchkey`. In another folder, npx asks the npm registry for a package of this name. The ' +
      'exit code is 1 if a command fails or rejects something. The audit log records every change.',
    tableOf(
      ['command', 'description'],
      commands.map((command) => [`[\`${pathOf(command)}\`](#${anchorOf(command)})`, command.description()]),
    ),
    '## Usage',
    helpOf(program),
    ...commands.flatMap((command) => [`## ${pathOf(command)}`, helpOf(command)]),
  ])
}

/** Lists all commands below a command, except those that only group others. */
function commandsOf(command: Command): Command[] {
  return command.commands.flatMap((child) => (child.commands.length > 0 ? commandsOf(child) : [child]))
}

/** The whole name of a command, such as `latchkey users create`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

function anchorOf(command: Command) {
  return pathOf(command).replaceAll(' ', '-')
}
