import { countFactors } from '../../../factors/index.ts'
import { toIsoTime } from '../../../lib/time.ts'
import { type ManagedUser, toUserJson } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import { withDatabase } from '../../database.ts'
import { findNamedUser } from '../../find-named-user.ts'
import { digitsOf, type OutputOptions, timeOf } from '../../output.ts'
import { visible } from '../../table.ts'
import { createListing } from '../../user-listing.ts'
import { emailOf, stateOf } from './user-state.ts'

/** `latchkey users show` */
export const defineShow: DefineCommand = (command, context) => {
  command
    .argument('<user>', 'Username, verified e-mail address or id')
    .option('--json', 'Print JSON')
    .action((name: string, options: OutputOptions) =>
      withDatabase(context, async (database) => {
        const { id } = await findNamedUser(database, name)
        const user = await createListing(database).find(id)
        const factors = await database.store.read((db) => countFactors(db, id))
        await context.print(describe(user, factors), toUserJson(user), options)
      }),
    )
}

function describe(user: ManagedUser, { apps, passkeys }: Awaited<ReturnType<typeof countFactors>>): string {
  const {
    id,
    username,
    name,
    pending_email: pending,
    scopes,
    sessions,
    signed_in_at: signedInAt,
    created_at: createdAt,
    updated_at: updatedAt,
  } = user
  const lines = {
    username: username ?? '-',
    id,
    name: name ?? '-',
    'e-mail': `${emailOf(user)}${pending === null ? '' : ` (change to ${pending} is pending)`}`,
    scopes: scopes.join(' ') || '-',
    state: stateOf(user),
    factors: `authenticator apps: ${digitsOf(apps)}, passkeys: ${digitsOf(passkeys)}`,
    sessions: digitsOf(sessions),
    'signed in': signedInAt === null ? 'never' : timeOf(toIsoTime(signedInAt)),
    created: timeOf(toIsoTime(createdAt)),
    changed: timeOf(toIsoTime(updatedAt)),
  }
  return Object.entries(lines)
    .map(([label, value]) => `${`${label}:`.padEnd(12)}${visible(value)}`)
    .join('\n')
}
