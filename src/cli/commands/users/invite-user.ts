import { toInvitationJson } from '../../../administration/index.ts'
import { fromCommand } from '../../../audit/index.ts'
import { administrationScopes, operator } from '../../../authorization/index.ts'
import { toIsoTime } from '../../../lib/time.ts'
import { acceptName } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { type OutputOptions, timeOf } from '../../output.ts'
import { createServices } from '../../services.ts'
import { visible } from '../../table.ts'
import { grantedScopes, type GrantOptions } from './granted-scopes.ts'

interface Options extends OutputOptions, GrantOptions {
  name?: string
}

const dayMs = 24 * 60 * 60 * 1000

/** `latchkey users invite` */
export const defineInvite: DefineCommand = (command, context) => {
  command
    .argument('[email]', 'where the link is mailed; without it, it is printed')
    .option('--admin', `as an administrator, with every scope for it: ${administrationScopes.join(' ')}`)
    .option('--scope <scopes>', 'what else they may do, separated by spaces')
    .option('--name <name>', 'a display name, which they may change')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'Who opens the link chooses username and password. It is good once: a week by mail, a day when it is printed.',
        'A mail is sent by the service, as soon as it runs. Whoever has a printed link has the account: hand it',
        'over as you would a password.',
        '',
        'Examples:',
        '  latchkey users invite grace@example.com',
        '  latchkey users invite --admin',
      ].join('\n'),
    )
    .action((email: string | undefined, options: Options) =>
      withDatabase(context, (database) => inviteUser(context, database, email, options)),
    )
}

async function inviteUser(
  context: CommandContext,
  database: OpenDatabase,
  email: string | undefined,
  { name: typed, ...options }: Options,
) {
  const {
    administration: { invitations },
  } = await createServices(database)
  const name = typed === undefined ? undefined : acceptName(typed)
  const scopes = grantedScopes(options)
  if (email !== undefined) {
    const invitation = await invitations.create({ email, name, scopes }, operator)
    await context.print(
      `The service mails a link to ${visible(email)}. It is good until ${timeOf(toIsoTime(invitation.expires_at))}.`,
      toInvitationJson(invitation),
      options,
    )
    return
  }
  const { invitation, url } = await database.store.write((db) =>
    invitations.issue(db, { email: null, name, scopes, life: dayMs }, fromCommand),
  )
  await context.print(
    `${url}\n\nIt is good once, until ${timeOf(toIsoTime(invitation.expires_at))}. It is not shown again.`,
    { ...toInvitationJson(invitation), url },
    options,
  )
}
