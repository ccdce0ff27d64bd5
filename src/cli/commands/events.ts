import { InvalidArgumentError } from 'commander'
import { type AuditEvent, type Details, type EventName, events, isEventName, toEventJson } from '../../audit/index.ts'
import { paginate } from '../../lib/paginate.ts'
import { toIsoTime } from '../../lib/time.ts'
import type { Store } from '../../store/index.ts'
import { accountNameOf } from '../../users/index.ts'
import type { DefineCommand } from '../add-commands.ts'
import type { CommandContext } from '../context.ts'
import { type OpenDatabase, withDatabase } from '../database.ts'
import { findNamedId } from '../find-named-user.ts'
import { addPageOptions, type PageOptions, timeFrom, times } from '../options.ts'
import type { OutputOptions } from '../output.ts'
import { readPages } from '../read-pages.ts'
import { tableOf } from '../table.ts'

const names = Object.keys(events).filter(isEventName)

interface Options extends OutputOptions, PageOptions {
  user?: string
  by?: string
  event?: EventName
  failures?: boolean
  address?: string
  since?: number
  until?: number
}

/** `latchkey events` */
export const defineEvents: DefineCommand = (command, context) => {
  command
    .option('--user <user>', 'Show events about this user (username, e-mail address or id)')
    .option('--by <actor>', 'Show events caused by this user or client')
    .option('--event <name>', 'Show events with this name (listed below)', eventFrom)
    .option('--failures', 'Show only failures')
    .option('--address <address>', 'Show events from this IP address or network (192.0.2.0/24)')
    .option('--since <time>', `Show events since this time: ${times}`, timeFrom)
    .option('--until <time>', 'Show events before this time', timeFrom)
  addPageOptions(command, 20)
    .option('--json', 'Print JSON, one line for each event')
    .addHelpText(
      'after',
      [
        '',
        'Events are kept for EVENTS_KEEP_DAYS. The service also writes them to its log.',
        '',
        'Events:',
        ...linesOf(names),
        '',
        'Examples:',
        '  latchkey events --user ada --since 24h',
        '  latchkey events --failures --limit 100',
        '  latchkey events --event sign_in_failed --since 7d --all --json | jq -r .address | sort | uniq -c',
      ].join('\n'),
    )
    .action((options: Options) => withDatabase(context, (database) => listEvents(context, database, options)))
}

async function listEvents(
  context: CommandContext,
  database: OpenDatabase,
  { user, by, event, failures = false, address, since, until, json = false, ...paging }: Options,
) {
  const filter = {
    userId: user === undefined ? undefined : await findNamedId(database, user),
    actorId: by === undefined ? undefined : by.startsWith('client_') ? by : await findNamedId(database, by),
    event,
    outcome: failures ? ('failure' as const) : undefined,
    address,
    since,
    until,
  }
  const pages = readPages(paging, (before, limit) =>
    paginate(
      limit,
      (limit) => database.audit.list({ ...filter, before, limit }),
      ({ id }) => id,
    ),
  )
  let isEmpty = true
  let rest: string | null = null
  for await (const { items, next } of pages) {
    if (items.length > 0) {
      await context.write(
        json
          ? items.map((event) => `${JSON.stringify(toEventJson(event))}\n`).join('')
          : `${tableOfEvents(context, items, await accountNamesOf(database.store, items))}\n`,
      )
    }
    isEmpty &&= items.length === 0
    rest = next
  }
  if (json) return
  if (isEmpty) await context.write('No events found.\n')
  if (rest !== null) await context.write(`\nOlder events: --cursor ${rest}\n`)
}

function eventFrom(name: string): EventName {
  if (!isEventName(name)) throw new InvalidArgumentError('To list the event names, run: latchkey events --help')
  return name
}

/** Breaks words into lines of at most 80 characters. */
function linesOf(words: string[]): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < 80) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`  ${word}`)
  }
  return lines
}

/** Maps the user ids in events to account names. Deleted users have none. */
async function accountNamesOf(store: Store, events: AuditEvent[]): Promise<Map<string, string>> {
  const ids = events.flatMap(({ user_id: id, actor }) => [
    ...(id === null ? [] : [id]),
    ...(actor?.type === 'user' ? [actor.id] : []),
  ])
  const rows =
    ids.length === 0
      ? []
      : await store.read((db) =>
          db
            .selectFrom('users')
            .select(['id', 'username', 'email'])
            .where('id', 'in', [...new Set(ids)])
            .execute(),
        )
  return new Map(rows.map((row) => [row.id, accountNameOf(row)]))
}

function tableOfEvents(context: CommandContext, shown: AuditEvent[], accountNames: Map<string, string>): string {
  const named = (id: string | null) => (id === null ? '-' : (accountNames.get(id) ?? id))
  const rows = shown.map(({ created_at: at, event, user_id: userId, actor, address, details }) => [
    toIsoTime(at).slice(0, 19).replace('T', ' '),
    event,
    named(userId),
    actor === null ? '-' : 'id' in actor ? named(actor.id) : `(${actor.type})`,
    address ?? '-',
    wordsOf(details),
  ])
  return tableOf(context, ['TIME (UTC)', 'EVENT', 'USER', 'BY', 'FROM', 'DETAILS'], rows, {
    flexible: ['USER', 'BY', 'DETAILS'],
    colorOf: (row) => colorOf(shown[row]),
  })
}

function colorOf(event: AuditEvent | undefined) {
  if (event === undefined) return undefined
  if (isEventName(event.event) && events[event.event].severity === 'alarm') return 'red'
  return event.outcome === 'failure' ? 'yellow' : undefined
}

function wordsOf(details: Details): string {
  return Object.entries(details)
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`)
    .join(' ')
}
