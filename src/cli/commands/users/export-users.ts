import { Option } from 'commander'
import { type Format, formatOf, formats } from '../../../transfer/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { listenForInterrupts } from '../../interrupts.ts'
import { digitsOf } from '../../output.ts'
import { writeExport, writeExportFile } from '../../write-export.ts'

interface Options {
  format?: Format
}

/** `latchkey users export` */
export const defineExport: DefineCommand = (command, context) => {
  command
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
    .action((path = '-', options: Options) =>
      withDatabase(context, (database) => exportUsers(context, database, path, options)),
    )
}

async function exportUsers(context: CommandContext, { store, audit }: OpenDatabase, path: string, options: Options) {
  const { signal, release } = listenForInterrupts(context.signals)
  try {
    if (path === '-') {
      if (context.stdout.isTTY === true) {
        context.say('The password hashes in this are secrets: whoever has them can try passwords as fast as they like.')
      }
      await writeExport(context.write, { store, audit, format: options.format ?? 'jsonl', signal })
      return
    }
    const format = formatOf(path, options.format)
    const count = await writeExportFile(context.resolve(path), { store, audit, format, signal })
    context.say(
      `${path} has ${digitsOf(count)} accounts. The password hashes in it are secrets: keep it so, and delete it ` +
        'when it is not needed any more.',
    )
  } finally {
    release()
  }
}
