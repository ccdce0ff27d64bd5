import { Option } from 'commander'
import { type Format, formatOf, formats } from '../../../transfer/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { listenForInterrupts } from '../../interrupts.ts'
import { digitsOf } from '../../output.ts'
import { openTotpSecrets } from '../../services.ts'
import { writeExport, writeExportFile } from '../../write-export.ts'

interface Options {
  format?: Format
  secrets?: boolean
}

/** `latchkey users export` */
export const defineExport: DefineCommand = (command, context) => {
  command
    .argument('[file]', 'New file that only you can read (default: standard output)')
    .addOption(new Option('--format <format>', 'File format (default: from the file name, or jsonl)').choices(formats))
    .option('--secrets', 'Also export the secrets of authenticator apps')
    .addHelpText(
      'after',
      [
        '',
        '"latchkey users import" creates the same users in another database. Sessions,',
        'clients, keys and the reserved names of deleted users are not exported.',
        '',
        'Without --secrets, imported users have no second factors and can sign in with',
        'the password alone until they add them again. With it, anyone who has the file',
        'can create the codes of every user. Recovery codes and passkeys are never',
        'exported.',
        '',
        'Examples:',
        '  latchkey users export people.jsonl',
        '  latchkey users export people.jsonl --secrets',
        '  latchkey users export | gpg --encrypt --recipient you@example.com > people.gpg',
      ].join('\n'),
    )
    .action((path = '-', options: Options) =>
      withDatabase(context, (database) => exportUsers(context, database, path, options)),
    )
}

async function exportUsers(context: CommandContext, database: OpenDatabase, path: string, options: Options) {
  const { store, audit } = database
  const totpSecrets = options.secrets === true ? await openTotpSecrets(database) : undefined
  const use = `an attacker can try passwords against its hashes${
    totpSecrets === undefined ? '' : ' and create the codes of authenticator apps'
  }`
  const { signal, release } = listenForInterrupts(context.signals)
  try {
    if (path === '-') {
      if (context.stdout.isTTY === true) {
        context.say(`Keep this output secret: ${use}.`)
      }
      await writeExport(context.write, { store, audit, format: options.format ?? 'jsonl', totpSecrets, signal })
      return
    }
    const format = formatOf(path, options.format)
    const count = await writeExportFile(context.resolve(path), { store, audit, format, totpSecrets, signal })
    context.say(
      `Exported ${digitsOf(count)} users to ${path}. Keep the file secret: ${use}. ` +
        'Delete it when you no longer need it.',
    )
  } finally {
    release()
  }
}
