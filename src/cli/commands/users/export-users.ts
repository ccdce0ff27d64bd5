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
    .argument('[file]', 'New file that only you can read (default: standard output)')
    .addOption(new Option('--format <format>', 'File format (default: from the file name, or jsonl)').choices(formats))
    .addHelpText(
      'after',
      [
        '',
        '"latchkey users import" creates the same users in another database. Sessions,',
        'clients, keys and the reserved names of deleted users are not exported.',
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
        context.say('Keep this output secret: an attacker can try passwords against its hashes.')
      }
      await writeExport(context.write, { store, audit, format: options.format ?? 'jsonl', signal })
      return
    }
    const format = formatOf(path, options.format)
    const count = await writeExportFile(context.resolve(path), { store, audit, format, signal })
    context.say(
      `Exported ${digitsOf(count)} users to ${path}. Keep the file secret: an attacker can try passwords against its ` +
        'hashes. Delete it when you no longer need it.',
    )
  } finally {
    release()
  }
}
