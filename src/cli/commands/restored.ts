import { revokeAfterRestore, type RevokedCounts } from '../../keys/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import { withDatabase } from '../database.ts'
import { digitsOf, type OutputOptions } from '../output.ts'

/** `latchkey restored` */
export const defineRestored: DefineCommand = (command, context) => {
  command
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Stop every instance first: the command does not notice running ones, and ends',
        'all sessions at once. Run it after a recovery and before the service starts.',
        '"latchkey restore" includes it for SQLite.',
        '',
        'Sessions, links and keys that were revoked after the backup would become valid',
        'again. Therefore the command ends all sessions and revokes all links and keys,',
        'and users sign in again. It can be repeated safely.',
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
  const counted = Object.entries({
    sessions,
    'signing keys': keys,
    'e-mailed links': links,
    'waiting e-mails': mails,
  }).map(([name, count]) => `${name} (${digitsOf(count)})`)
  return (
    `Revoked: ${counted.join(', ')}, and all known devices and networks. The service creates a new signing key. ` +
    'Other services reject the previous tokens within ten minutes, when they fetch the keys again.'
  )
}

/** Changes that the restored database lacks. */
export const whatComesBack = [
  'All other changes since the backup are lost. Repeat those that matter:',
  '- Deleted users exist again. Delete them again.',
  '- Disabled users are enabled, and removed scopes and clients work again.',
  '- Users have the passwords and second factors of that time, even if they have',
  '  leaked since. Recovery codes that were used since are valid again.',
]
