import { v7 as uuidv7 } from 'uuid'
import { lowestUuidOf } from '../lib/uuid.ts'
import type { EventRow, Store, Writer } from '../store/index.ts'
import { type AuditEvent, type EventName, events, type NewEvent, toEvent } from './events.ts'
import { fromService } from './origin.ts'

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
  /** Days that an event is kept. */
  keepDays: number
  /** Is told of each, once it is written down. */
  onRecorded?: (event: AuditEvent, severity: 'notice' | 'alarm') => void
  /** Receives what is only logged. */
  onFinding?: (finding: Finding) => void
}

/** Something that an instance notices and an operator should look at; it is only logged. */
export interface Finding {
  event: 'keys_withdrawn' | 'key_rotation_failed' | 'keys_changed_elsewhere'
  [detail: string]: unknown
}

/** Which events are asked for; all of what is given has to hold. */
export interface EventFilter {
  event?: EventName | undefined
  outcome?: AuditEvent['outcome'] | undefined
  userId?: string | undefined
  actorId?: string | undefined
  address?: string | undefined
  /** Milliseconds since the epoch. */
  since?: number | undefined
  until?: number | undefined
  /** Only what was written before the event of this id. */
  before?: string | undefined
  /** So many at most. */
  limit: number
}

const second = 1000

const day = 24 * 60 * 60 * second

/** So much of a User-Agent is kept. */
const mostCharacters = 512

/** Failures of one kind in a minute that a stranger can cause for nothing: so many are written down, the others counted. */
const mostCheap = 60

export type Audit = ReturnType<typeof createAudit>

/** The audit log: what was done, by whom, to whom and from where. It is added to and never changed. */
export function createAudit({ store, now, keepDays, onRecorded = () => {}, onFinding = () => {} }: Dependencies) {
  const nextId = createIds(now)
  const cheap = new Map<EventName, number>()

  const insert = store.prepareWrite((db) =>
    db.insertInto('events').values({
      id: '',
      created_at: 0,
      event: '',
      outcome: 'success',
      user_id: '',
      actor_type: 'user',
      actor_id: '',
      address: '',
      user_agent: '',
      request_id: '',
      details: '',
    }),
  )

  /** Within the transaction of what it tells of, so that neither is there without the other. */
  async function record(db: Writer, event: NewEvent): Promise<void> {
    const row = toRow(event, nextId(), now())
    await insert(db, ...Object.values(row))
    store.afterCommit(db, () => onRecorded(toEvent(row), events[event.event]))
  }

  /** Of what changed nothing: a transaction of its own. */
  const report = (event: NewEvent): Promise<void> => store.write((db) => record(db, event))

  return {
    record,
    report,
    reportFinding: onFinding,

    /** What costs nothing to cause must not fill the disk: of each kind some in a minute are written down, and how many were not. */
    async reportCheap(event: NewEvent): Promise<void> {
      const count = cheap.get(event.event) ?? 0
      cheap.set(event.event, count + 1)
      if (count < mostCheap) await report(event)
    },

    /** Every minute, and at the end: how many there were that have not been written down. */
    async countCheap(): Promise<void> {
      const counts = [...cheap]
      cheap.clear()
      for (const [event, count] of counts) {
        if (count > mostCheap) {
          await report({ event, outcome: 'failure', origin: fromService, details: { suppressed: count - mostCheap } })
        }
      }
    },

    /** The newest first. */
    async list({
      event,
      outcome,
      userId,
      actorId,
      address,
      since,
      until,
      before,
      limit,
    }: EventFilter): Promise<AuditEvent[]> {
      const rows = await store.read((db) => {
        let query = db.selectFrom('events').selectAll().orderBy('id', 'desc').limit(limit)
        if (event !== undefined) query = query.where('event', '=', event)
        if (outcome !== undefined) query = query.where('outcome', '=', outcome)
        if (userId !== undefined) query = query.where('user_id', '=', userId)
        if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
        if (address !== undefined) query = query.where('address', '=', address)
        // An id tells when it was made, a moment before: so what is of another time is not even looked at.
        if (since !== undefined) {
          query = query.where('created_at', '>=', since).where('id', '>=', lowestUuidOf(since - second))
        }
        if (until !== undefined) {
          query = query.where('created_at', '<', until).where('id', '<', lowestUuidOf(until + second))
        }
        if (before !== undefined) query = query.where('id', '<', before)
        return query.execute()
      })
      return rows.map(toEvent)
    },

    /** @param most how many at once. @returns how many there were */
    async removeOld(most: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('events')
          .where(
            'id',
            'in',
            db
              .selectFrom('events')
              .select('id')
              .where('created_at', '<=', now() - keepDays * day)
              .limit(most),
          )
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

/** The members in the order of the statement. */
function toRow(
  { event, outcome = 'success', userId, origin, byStranger = false, details = {} }: NewEvent,
  id: string,
  time: number,
): EventRow {
  const { address, userAgent, requestId } = origin
  // Whoever has proved who they are did it themselves.
  const actor =
    origin.actor ??
    (outcome === 'success' && userId !== undefined && !byStranger ? { type: 'user' as const, id: userId } : undefined)
  return {
    id,
    created_at: time,
    event,
    outcome,
    user_id: userId ?? null,
    actor_type: actor?.type ?? null,
    actor_id: actor !== undefined && 'id' in actor ? actor.id : null,
    address,
    user_agent: userAgent?.slice(0, mostCharacters) ?? null,
    request_id: requestId ?? null,
    details: JSON.stringify(details),
  }
}

/** UUIDv7 (RFC 9562 5.7) that grow within a millisecond, too. */
function createIds(now: () => number) {
  let last = -Infinity
  let count = 0
  return () => {
    // Also when the clock has been set back.
    const time = Math.max(now(), last)
    count = time === last ? count + 1 : 0
    last = time
    // The count stands in the bits that follow the time; far fewer than it holds fit into a millisecond.
    return uuidv7({ msecs: time, seq: count })
  }
}
