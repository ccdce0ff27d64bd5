import { type Command, Option } from 'commander'
import { paginate } from '../../lib/paginate.ts'
import { toIsoTime } from '../../lib/time.ts'
import { cursorOf, type ManagedUser, toUserJson, type UserFilter } from '../../users/index.ts'
import type { AtDatabase, Place } from '../database.ts'
import { userNamed } from '../named-user.ts'
import { addPageOptions, type PageOptions, timeFrom, times } from '../options.ts'
import { digitsOf, type OutputOptions, print, timeOf, write } from '../output.ts'
import { pagesOf } from '../pages.ts'
import { openListing } from '../services.ts'
import { tableOf, visible } from '../table.ts'

interface ListOptions extends OutputOptions, PageOptions {
  scope?: string
  disabled?: boolean
  enabled?: boolean
  verified?: boolean
  unverified?: boolean
  locked?: boolean
  since?: number
  until?: number
}

/** `latchkey users list` and `show` */
export function addUserListCommands(users: Command, atDatabase: AtDatabase) {
  const list = users
    .command('list')
    .description('show the users, the newest first')
    .argument('[text]', 'only those in whose username, name or e-mail this stands')
    .option('--scope <scope>', 'only those who hold it')
    .addOption(new Option('--disabled', 'only those who are kept out').conflicts('enabled'))
    .option('--enabled', 'only those who are not')
    .option('--locked', 'only those to whom, after too many wrong passwords, the right one no longer helps')
    .addOption(new Option('--verified', 'only those whose e-mail address is verified').conflicts('unverified'))
    .option('--unverified', 'only those whose is not, or who have none')
    .option('--since <time>', `only those who came then or later: ${times}`, timeFrom)
    .option('--until <time>', 'only those who came before', timeFrom)
  addPageOptions(list, 50)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  latchkey users list ada',
        '  latchkey users list --scope users:write       # the administrators',
        '  latchkey users list --locked --json | jq -r .users[].username',
      ].join('\n'),
    )
    .action((text: string | undefined, options: ListOptions) => atDatabase((place) => listUsers(text, options, place)))

  users
    .command('show')
    .description('show all that is known of a user, but for secrets')
    .argument('<user>', 'username, e-mail or id')
    .option('--json', 'for programs')
    .action((name: string, options: OutputOptions) =>
      atDatabase(async (place) => {
        const { id } = await userNamed(place, name)
        const user = await openListing(place).find(id)
        print(describe(user), toUserJson(user), options)
      }),
    )
}

async function listUsers(
  search: string | undefined,
  { scope, disabled, enabled, verified, unverified, locked, since, until, json = false, ...paging }: ListOptions,
  place: Place,
) {
  const filter: UserFilter = {
    search,
    scope,
    disabled: disabled ?? (enabled === true ? false : undefined),
    emailVerified: verified ?? (unverified === true ? false : undefined),
    locked,
    createdSince: since,
    createdUntil: until,
  }
  const listing = openListing(place)
  const total = await listing.count(filter)
  const pages = pagesOf(paging, (after, limit) =>
    paginate(limit, (limit) => listing.list(filter, { after, limit }), cursorOf),
  )
  if (json) return writeJson(pages, total)

  let count = 0
  let rest: string | null = null
  for await (const { items, next } of pages) {
    if (items.length > 0) await write(`${tableOfUsers(items)}\n`)
    count += items.length
    rest = next
  }
  await write(
    total === 0
      ? 'There is no such user.\n'
      : `\n${digitsOf(count)} of ${digitsOf(total)}${rest === null ? '' : `; for more: --cursor ${rest}`}\n`,
  )
}

/** As the API answers, however many they are. */
async function writeJson(pages: ReturnType<typeof pagesOf<ManagedUser>>, total: number) {
  let before = ''
  let rest: string | null = null
  await write('{\n  "users": [')
  for await (const { items, next } of pages) {
    for (const user of items) {
      await write(`${before}\n    ${JSON.stringify(toUserJson(user))}`)
      before = ','
    }
    rest = next
  }
  await write(`${before === '' ? '' : '\n  '}],\n  "next": ${JSON.stringify(rest)},\n  "total": ${total}\n}\n`)
}

function tableOfUsers(users: ManagedUser[]): string {
  const rows = users.map((user) => [
    user.username,
    emailOf(user),
    user.scopes.join(' ') || '-',
    stateOf(user),
    String(user.sessions),
    timeOf(toIsoTime(user.created_at)),
  ])
  return tableOf(['USERNAME', 'E-MAIL', 'SCOPES', 'STATE', 'DEVICES', 'CREATED'], rows, {
    flexible: ['E-MAIL', 'SCOPES'],
    colorOf: (row) => colors[stateOf(users[row])],
  })
}

const colors = { active: undefined, disabled: 'gray', locked: 'yellow' } as const

function stateOf(user: ManagedUser | undefined): keyof typeof colors {
  return user?.disabled === true ? 'disabled' : user?.locked === true ? 'locked' : 'active'
}

function emailOf({ email, email_verified: isVerified }: ManagedUser): string {
  return email === null ? '-' : isVerified ? email : `${email} (unverified)`
}

function describe(user: ManagedUser): string {
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
    username,
    id,
    name: name ?? '-',
    'e-mail': `${emailOf(user)}${pending === null ? '' : `, to be ${pending}`}`,
    scopes: scopes.join(' ') || '-',
    state: stateOf(user),
    'signed in': `${signedInAt === null ? 'not lately' : timeOf(toIsoTime(signedInAt))}, ${sessions === 0 ? 'nowhere' : sessions === 1 ? 'on one device' : `on ${digitsOf(sessions)} devices`} now`,
    created: timeOf(toIsoTime(createdAt)),
    changed: timeOf(toIsoTime(updatedAt)),
  }
  return Object.entries(lines)
    .map(([label, value]) => `${`${label}:`.padEnd(12)}${visible(value)}`)
    .join('\n')
}
