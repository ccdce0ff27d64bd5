import { isIP } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { invalidField } from '../errors/index.ts'
import { canonicalAddress, type Network, readNetwork } from '../lib/networks.ts'
import { minUuidV7At } from '../lib/uuid.ts'
import { columnsOf, type EventRow, type Reader, type Store } from '../store/index.ts'
import { type AuditEvent, type EventName, toEvent } from './events.ts'

/** Selects events by time and by position in the log. */
interface Period {
  /** The earliest time, inclusive; milliseconds since the epoch. */
  since?: number | undefined
  /** The latest time, exclusive; milliseconds since the epoch. */
  until?: number | undefined
  /** Only events that were recorded before the event with this id. */
  before?: string | undefined
}

/** Selects the events that meet all of the given conditions. */
export interface EventFilter extends Period {
  event?: EventName | undefined
  outcome?: AuditEvent['outcome'] | undefined
  userId?: string | undefined
  actorId?: string | undefined
  /** An IP address, or a network in CIDR notation. */
  address?: string | undefined
  limit: number
}

const secondMs = 1_000

/** A search by network reads this many events per query, which takes a few milliseconds. */
const eventsPerSearchStep = 1_000

/** A network with more events than this is searched by reading the log backwards, because sorting would take longer. */
const maxSortedEvents = 10_000

export function createListEvents({ store }: { store: Store }) {
  /**
   * Finds the newest events from a network in steps of bounded length. The index by address finds the events of a
   * network that has few. For other networks the log is read backwards until the page is full.
   */
  async function searchNetwork(network: Network, filter: EventFilter): Promise<EventRow[]> {
    const hasFew = await hasFewEvents(network)
    const found: EventRow[] = []
    for (let before = filter.before; ;) {
      const step = { ...filter, before, limit: eventsPerSearchStep }
      const { rows, next } = await store.read((db) =>
        hasFew ? readByIndex(db, network, step) : readBack(db, network, step),
      )
      found.push(...rows.filter(({ address }) => address !== null && network.contains(address)))
      if (found.length >= filter.limit || next === undefined) return found.slice(0, filter.limit)
      before = next
      await setImmediate()
    }
  }

  async function hasFewEvents({ firstText, endText }: Network): Promise<boolean> {
    const { n } = await store.read((db) =>
      db
        .selectFrom(
          db
            .selectFrom('events')
            .select('address')
            .where('address', '>=', firstText)
            .where('address', '<', endText)
            .limit(maxSortedEvents + 1)
            .as('matching'),
        )
        .select((matching) => matching.fn.countAll().as('n'))
        .executeTakeFirstOrThrow(),
    )
    return Number(n) <= maxSortedEvents
  }

  /**
   * Lists events, newest first.
   * @throws {ApiError} 400 when `address` is neither an IP address nor a network
   */
  return async function listEvents(filter: EventFilter): Promise<AuditEvent[]> {
    const { address } = filter
    const network = address?.includes('/') === true ? readNetwork(address) : undefined
    if (address !== undefined && network === undefined && isIP(canonicalAddress(address)) === 0) {
      throw invalidField('address', 'must be an IP address, or a network such as 192.0.2.0/24 or 2001:db8::/32')
    }
    if (network !== undefined) {
      return (await searchNetwork(network, filter)).map(toEvent)
    }
    const rows = await store.read((db) => {
      const events = newest(db, filter)
      return (address === undefined ? events : events.where('address', '=', canonicalAddress(address))).execute()
    })
    return rows.map(toEvent)
  }
}

/**
 * Reads a step with the index by address.
 * @returns the events found, and the id before which the next step continues; no id after the last step
 */
async function readByIndex(db: Reader, { firstText, endText }: Network, filter: EventFilter) {
  const rows = await newest(db, filter).where('address', '>=', firstText).where('address', '<', endText).execute()
  return { rows, next: rows.length < filter.limit ? undefined : rows.at(-1)?.id }
}

/**
 * Reads a step of the log backwards.
 * @returns the events from the network, and the id before which the next step continues; no id after the last step
 */
async function readBack(db: Reader, { firstText, endText }: Network, filter: EventFilter) {
  const last = await during(db, filter)
    .select('id')
    .orderBy('id', 'desc')
    .offset(filter.limit - 1)
    .limit(1)
    .executeTakeFirst()
  // An expression instead of the column keeps the databases from using the index by address.
  const address = sql<string>`address || ''`
  const rows = await newest(db, filter)
    .where(address, '>=', firstText)
    .where(address, '<', endText)
    .where('id', '>=', last?.id ?? '')
    .execute()
  return { rows, next: last?.id }
}

/** Selects the newest events by all conditions of a filter except the address. */
function newest(db: Reader, { event, outcome, userId, actorId, limit, ...period }: EventFilter) {
  let query = during(db, period).select(columnsOf.events).orderBy('id', 'desc').limit(limit)
  if (event !== undefined) query = query.where('event', '=', event)
  if (outcome !== undefined) query = query.where('outcome', '=', outcome)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
  return query
}

function during(db: Reader, { since, until, before }: Period) {
  let query = db.selectFrom('events')
  // The id contains the time at which it was made, within a second of `created_at`. The condition on the id lets the
  // index skip events of other times.
  if (since !== undefined) {
    query = query.where('created_at', '>=', since).where('id', '>=', minUuidV7At(since - secondMs))
  }
  if (until !== undefined) {
    query = query.where('created_at', '<', until).where('id', '<', minUuidV7At(until + secondMs))
  }
  if (before !== undefined) query = query.where('id', '<', before)
  return query
}
