import { Option } from 'commander'
import { toIsoTime } from '../../../lib/time.ts'
import { correctCount, type ManagedUser, toUserJson, type UserCount, type UserFilter } from '../../../users/index.ts'
import type { DefineCommand } from '../../add-commands.ts'
import type { CommandContext } from '../../context.ts'
import { type OpenDatabase, withDatabase } from '../../database.ts'
import { addPageOptions, type PageOptions, timeFrom, times } from '../../options.ts'
import { digitsOf, type OutputOptions, timeOf } from '../../output.ts'
import { readPages } from '../../read-pages.ts'
import { tableOf } from '../../table.ts'
import { createListing } from '../../user-listing.ts'
import { emailOf, stateColors, stateOf } from './user-state.ts'

interface Options extends OutputOptions, PageOptions {
  scope?: string
  disabled?: boolean
  enabled?: boolean
  verified?: boolean
  unverified?: boolean
  locked?: boolean
  withSecondFactor?: boolean
  withoutSecondFactor?: boolean
  since?: number
  until?: number
  signedInSince?: number
  signedInUntil?: number
}

/** `latchkey users list` */
export const defineList: DefineCommand = (command, context) => {
  command
    .argument(
      '[text]',
      'Show users with this text in their username, name or e-mail address, at the beginning if it is shorter than ' +
        'three characters',
    )
    .option('--scope <scope>', 'Show users with this scope')
    .addOption(new Option('--disabled', 'Show disabled users').conflicts('enabled'))
    .option('--enabled', 'Show enabled users')
    .option('--locked', 'Show users who are locked on new devices')
    .addOption(new Option('--verified', 'Show users with a verified e-mail address').conflicts('unverified'))
    .option('--unverified', 'Show users without a verified e-mail address')
    .addOption(new Option('--with-second-factor', 'Show users with a second factor').conflicts('withoutSecondFactor'))
    .option('--without-second-factor', 'Show users without a second factor')
    .option('--since <time>', `Show users created since this time: ${times}`, timeFrom)
    .option('--until <time>', 'Show users created before this time', timeFrom)
    .option('--signed-in-since <time>', 'Show users who have signed in since this time', timeFrom)
    .option('--signed-in-until <time>', 'Show users who have never signed in, or not since this time', timeFrom)
  addPageOptions(command, 50)
    .option('--json', 'Print JSON')
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  latchkey users list ada',
        '  latchkey users list --scope users:write       # the administrators',
        '  latchkey users list --scope users:write --without-second-factor',
        '  latchkey users list --locked --json | jq -r .users[].username',
        '  latchkey users list --signed-in-until 90d --until 90d   # unused, and not new',
      ].join('\n'),
    )
    .action((text: string | undefined, options: Options) =>
      withDatabase(context, (database) => listUsers(context, database, text, options)),
    )
}

async function listUsers(
  context: CommandContext,
  database: OpenDatabase,
  search: string | undefined,
  {
    scope,
    disabled,
    enabled,
    verified,
    unverified,
    locked,
    withSecondFactor,
    withoutSecondFactor,
    since,
    until,
    signedInSince,
    signedInUntil,
    json = false,
    ...paging
  }: Options,
) {
  const filter: UserFilter = {
    search,
    scope,
    disabled: disabled ?? (enabled === true ? false : undefined),
    emailVerified: verified ?? (unverified === true ? false : undefined),
    locked,
    hasSecondFactor: withSecondFactor ?? (withoutSecondFactor === true ? false : undefined),
    createdSince: since,
    createdUntil: until,
    signedInSince,
    signedInUntil,
  }
  const listing = createListing(database)
  const count = await (await listing.match(filter)).count()
  // Matched again for each page, because the users may change meanwhile.
  const pages = readPages(paging, async (after, limit) => (await listing.match(filter)).page({ after, limit }))
  const isFromStart = paging.cursor === undefined
  if (json) return writeJson(context, pages, count, isFromStart)

  let shown = 0
  let rest: string | null = null
  for await (const { items, next } of pages) {
    if (items.length > 0) await context.write(`${tableOfUsers(context, items)}\n`)
    shown += items.length
    rest = next
  }
  const { total, isEstimate } = correctCount(count, shown, isFromStart && rest === null)
  const all = `${isEstimate ? 'about ' : ''}${digitsOf(total)}`
  await context.write(
    shown === 0
      ? 'No users found.\n'
      : `\n${digitsOf(shown)} of ${all}${rest === null ? '' : `. Next page: --cursor ${rest}`}\n`,
  )
}

/** Writes the users in the format of the API, page by page, because there may be too many to hold in memory. */
async function writeJson(
  context: CommandContext,
  pages: ReturnType<typeof readPages<ManagedUser>>,
  count: UserCount,
  isFromStart: boolean,
) {
  let before = ''
  let shown = 0
  let rest: string | null = null
  await context.write('{\n  "users": [')
  for await (const { items, next } of pages) {
    for (const user of items) {
      await context.write(`${before}\n    ${JSON.stringify(toUserJson(user))}`)
      before = ','
      shown++
    }
    rest = next
  }
  const { total, isEstimate } = correctCount(count, shown, isFromStart && rest === null)
  const fields = { next: rest, total, total_is_estimate: isEstimate }
  const lines = Object.entries(fields).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`)
  await context.write(`${before === '' ? '' : '\n  '}],\n  ${lines.join(',\n  ')}\n}\n`)
}

function tableOfUsers(context: CommandContext, users: ManagedUser[]): string {
  const rows = users.map((user) => [
    user.username ?? '-',
    emailOf(user),
    user.scopes.join(' ') || '-',
    stateOf(user),
    String(user.second_factors),
    String(user.sessions),
    timeOf(toIsoTime(user.created_at)),
    user.signed_in_at === null ? 'never' : toIsoTime(user.signed_in_at).slice(0, 10),
  ])
  const columns = ['USERNAME', 'E-MAIL', 'SCOPES', 'STATE', 'FACTORS', 'SESSIONS', 'CREATED', 'SIGNED IN']
  return tableOf(context, columns, rows, {
    flexible: ['E-MAIL', 'SCOPES'],
    colorOf: (row) => stateColors[stateOf(users[row])],
  })
}
