import { revokeAfterRestore, type RevokedCounts } from '../../keys/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import { withDatabase } from '../database.ts'
import { digitsOf, type OutputOptions } from '../output.ts'

/** `latchkey restored` */
export const defineRestored: DefineCommand = (command, context) => {
  command
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'What had been ended after the moment of the backup would be valid again: sessions that were signed out,',
        'links that were used, keys that were withdrawn. So all of them end, and everybody signs in anew.',
        'Run it before the service starts. `latchkey restore` has done it already. Twice does no harm: it',
        'then ends what was begun meanwhile.',
        '',
        ...whatComesBack,
        '',
        'Example:',
        '  pg_restore --clean --dbname "$DATABASE_URL" latchkey.dump && latchkey restored',
      ].join('\n'),
    )
    .action((options: OutputOptions) =>
      withDatabase(context, async (database) => {
        const ended = await revokeAfterRestore(database)
        await context.print([describeEnded(ended), '', ...whatComesBack].join('\n'), { ended }, options)
      }),
    )
}

export function describeEnded({ sessions, keys, links, mails }: RevokedCounts): string {
  const counted = Object.entries({ sessions, 'signing keys': keys, 'mailed links': links, 'waiting mails': mails }).map(
    ([name, count]) => `${name} (${digitsOf(count)})`,
  )
  return (
    `Ended: ${counted.join(', ')}, known devices and networks. The service makes a new key; other services refuse ` +
    'what the former ones signed when their copy of the published keys is too old, within ten minutes.'
  )
}

/** Changes since the backup, which the restored database does not have. */
export const whatComesBack = [
  'All else is as it was then. Do again what was done since, above all: accounts that were deleted are there',
  'again, with their usernames; those that were disabled, scopes that were taken away and clients that were',
  'removed may be used again; passwords that were changed, perhaps because somebody knew them, are the former.',
]
