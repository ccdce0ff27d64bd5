import { Option } from 'commander'
import { paginate } from '../../../lib/paginate.ts'
import { timeCursorOf } from '../../../lib/time-cursor.ts'
import { toIsoTime } from '../../../lib/time.ts'
import { type ManagedUser, toUserJson, type UserFilter } from '../../../users/index.ts'
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
  since?: number
  until?: number
  signedInSince?: number
  signedInUntil?: number
}

/** `latchkey users list` */
export const defineList: DefineCommand = (command, context) => {
  command
    .argument('[text]', 'only those in whose username, name or e-mail this stands')
    .option('--scope <scope>', 'only those who hold it')
    .addOption(new Option('--disabled', 'only those who are kept out').conflicts('enabled'))
    .option('--enabled', 'only those who are not')
    .option('--locked', 'only those to whom, after too many wrong passwords, the right one no longer helps')
    .addOption(new Option('--verified', 'only those whose e-mail address is verified').conflicts('unverified'))
    .option('--unverified', 'only those whose is not, or who have none')
    .option('--since <time>', `only those who came then or later: ${times}`, timeFrom)
    .option('--until <time>', 'only those who came before', timeFrom)
    .option('--signed-in-since <time>', 'only those whose last sign-in was then or later', timeFrom)
    .option(
      '--signed-in-until <time>',
      'only those whose last sign-in was before, or who have never signed in',
      timeFrom,
    )
  addPageOptions(command, 50)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  latchkey users list ada',
        '  latchkey users list --scope users:write       # the administrators',
        '  latchkey users list --locked --json | jq -r .users[].username',
        '  latchkey users list --signed-in-until 90d    # accounts that nobody uses',
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
    createdSince: since,
    createdUntil: until,
    signedInSince,
    signedInUntil,
  }
  const listing = createListing(database)
  const total = await listing.count(filter)
  const pages = readPages(paging, (after, limit) =>
    paginate(limit, (limit) => listing.list(filter, { after, limit }), timeCursorOf),
  )
  if (json) return writeJson(context, pages, total)

  let count = 0
  let rest: string | null = null
  for await (const { items, next } of pages) {
    if (items.length > 0) await context.write(`${tableOfUsers(context, items)}\n`)
    count += items.length
    rest = next
  }
  await context.write(
    total === 0
      ? 'There is no such user.\n'
      : `\n${digitsOf(count)} of ${digitsOf(total)}${rest === null ? '' : `; for more: --cursor ${rest}`}\n`,
  )
}

/** Writes the users as the API answers, page by page: they may be too many for the memory. */
async function writeJson(context: CommandContext, pages: ReturnType<typeof readPages<ManagedUser>>, total: number) {
  let before = ''
  let rest: string | null = null
  await context.write('{\n  "users": [')
  for await (const { items, next } of pages) {
    for (const user of items) {
      await context.write(`${before}\n    ${JSON.stringify(toUserJson(user))}`)
      before = ','
    }
    rest = next
  }
  await context.write(`${before === '' ? '' : '\n  '}],\n  "next": ${JSON.stringify(rest)},\n  "total": ${total}\n}\n`)
}

function tableOfUsers(context: CommandContext, users: ManagedUser[]): string {
  const rows = users.map((user) => [
    user.username ?? '-',
    emailOf(user),
    user.scopes.join(' ') || '-',
    stateOf(user),
    String(user.sessions),
    timeOf(toIsoTime(user.created_at)),
    user.signed_in_at === null ? 'never' : toIsoTime(user.signed_in_at).slice(0, 10),
  ])
  return tableOf(context, ['USERNAME', 'E-MAIL', 'SCOPES', 'STATE', 'DEVICES', 'CREATED', 'SIGNED IN'], rows, {
    flexible: ['E-MAIL', 'SCOPES'],
    colorOf: (row) => stateColors[stateOf(users[row])],
  })
}
