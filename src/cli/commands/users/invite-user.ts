import { toInvitationJson } from '../../../administration/index.ts'
import { fromCommand } from '../../../audit/index.ts'
import { administrationScopes, operator } from '../../../authorization/index.ts'
import { dayMs, toIsoTime } from '../../../lib/time.ts'
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

/** `latchkey users invite` */
export const defineInvite: DefineCommand = (command, context) => {
  command
    .argument('[email]', 'E-mail address (without it, the link is printed)')
    .option('--admin', `Grant all administration scopes: ${administrationScopes.join(' ')}`)
    .option('--scope <scopes>', 'Grant these scopes, separated by spaces')
    .option('--name <name>', 'Display name, which the person can change')
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'The link opens a page where the person chooses a username and a password. It',
        'works once, within 7 days if sent by e-mail and within 1 day if printed. The',
        'service sends the e-mail when it runs. Treat a printed link like a password,',
        'because anyone who has it can use it.',
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
      `The service will send an invitation to ${visible(email)}. ` +
        `Its link expires at ${timeOf(toIsoTime(invitation.expires_at))}.`,
      toInvitationJson(invitation),
      options,
    )
    return
  }
  const { invitation, url } = await database.store.write((db) =>
    invitations.issue(db, { email: null, name, scopes, lifetimeMs: dayMs }, fromCommand),
  )
  await context.print(
    `${url}\n\nThe link works once and expires at ${timeOf(toIsoTime(invitation.expires_at))}. It is not shown again.`,
    { ...toInvitationJson(invitation), url },
    options,
  )
}
