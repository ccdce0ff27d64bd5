import { v7 as uuidv7 } from 'uuid'
import { dayMs } from '../lib/time.ts'
import type { EventRow, Store, Writer } from '../store/index.ts'
import {
  type AnyNewEvent,
  type AuditEvent,
  type EventName,
  events,
  type NewEvent,
  type Severity,
  toEvent,
} from './events.ts'
import { createListEvents } from './list-events.ts'
import { type Actor, fromService } from './origin.ts'
import { createOwnEventQuota, type LeftOut } from './own-event-quota.ts'

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
  /** The retention period of events, in days. */
  keepDays: number
  /** Called for each finding. */
  onFinding?: (finding: Finding) => void
}

/**
 * Called in the transaction that records an event. What the listener writes is committed together with the event; if
 * the listener throws, neither is.
 */
type RecordListener = (db: Writer, event: AuditEvent, severity: Severity) => Promise<void> | void

/** Called after an event has been committed. It must not throw, because the action can no longer be undone. */
type CommitListener = (event: AuditEvent, severity: Severity) => void

/** Called for every event, also for those that are counted instead of recorded. It must not throw. */
type CountListener = (event: AnyNewEvent, severity: Severity) => void

export const findings = ['keys_withdrawn', 'key_unreadable', 'key_rotation_failed', 'keys_changed_elsewhere'] as const

/** A problem that an instance has noticed and that an operator should investigate. It is logged, not recorded. */
export interface Finding {
  event: (typeof findings)[number]
  [detail: string]: unknown
}

const maxUserAgentLength = 512

const maxRateLimitedEventsPerMinute = 60

export type Audit = ReturnType<typeof createAudit>

/** The audit log: who did what to which account, client or key, and from where. Events are added and never changed. */
export function createAudit({ store, now, keepDays, onFinding = () => {} }: Dependencies) {
  const nextId = createIds(now)
  const quota = createOwnEventQuota({ store, now })
  const recordListeners: RecordListener[] = []
  const commitListeners: CommitListener[] = []
  const countListeners: CountListener[] = []
  /** The events of the current minute that were recorded, and those since the last summary that were not. */
  const rateLimitedCounts = new Map<EventName, { recorded: number; suppressed: number }>()

  const insert = store.prepareDeferred((db) =>
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

  function count(event: AnyNewEvent): void {
    // It sums up events that were counted when they happened.
    if (event.details?.suppressed !== undefined) return
    for (const listener of countListeners) listener(event, events[event.event].severity)
  }

  /**
   * Records an event in the transaction of the change that it describes, so that neither exists without the other.
   * Events that users cause on their own accounts are counted instead once a quota is used up.
   */
  async function record<Name extends EventName>(db: Writer, newEvent: NewEvent<Name>): Promise<void> {
    const { outcome = 'success', origin } = newEvent
    // Failures are recorded in any case.
    if (outcome === 'success' && origin.wait !== undefined) store.commitWithin(db, origin.wait)
    store.afterCommit(db, () => count(newEvent))
    const userId = selfOf(newEvent)
    const max = userId === undefined ? undefined : quota.maxOf(newEvent)
    const row = toRow(newEvent, nextId(), now())
    const { changedRows } =
      userId === undefined || max === undefined
        ? await insert(db, ...Object.values(row))
        : await quota.insert(db, row, userId, max)
    const event = toEvent(row)
    const severity = events[newEvent.event].severity
    // Waiting for the number costs a round trip.
    if (recordListeners.length > 0 && (await changedRows) > 0) {
      for (const listener of recordListeners) await listener(db, event, severity)
    }
    store.afterCommit(db, async () => {
      const isRecorded = (await changedRows) > 0
      if (!isRecorded && userId !== undefined) quota.leaveOut(newEvent.event, userId)
      if (isRecorded) for (const listener of commitListeners) listener(event, severity)
    })
  }

  const remove = store.prepareDeferred((db) => db.deleteFrom('events').where('id', '=', ''))

  /** Takes as long as recording an event: inserts a row and deletes it in the same transaction. */
  const rehearse = <Name extends EventName>(event: NewEvent<Name>): Promise<void> =>
    store.write(async (db) => {
      const row = toRow(event, nextId(), now())
      await insert(db, ...Object.values(row))
      await remove(db, row.id)
    })

  /** Records an event that accompanies no other change, in a transaction of its own. */
  const report = <Name extends EventName>(event: NewEvent<Name>): Promise<void> =>
    store.write((db) => record(db, event))

  return {
    record,
    report,
    reportFinding: onFinding,

    /** Adds a listener that is called for every event in its transaction. Listeners run in the order of addition. */
    onRecord(listener: RecordListener): void {
      recordListeners.push(listener)
    },

    /** Adds a listener that is called for every event after its commit, and never after a rollback. */
    onCommit(listener: CommitListener): void {
      commitListeners.push(listener)
    },

    /** Adds a listener that counts events: after the commit, and at once for those that are not recorded. */
    onCount(listener: CountListener): void {
      countListeners.push(listener)
    },

    /**
     * Records an event that an attacker can cause at no cost, such as a sign-in with an unknown username. To protect
     * the disk, only the first 60 events of each name in a minute are recorded. The others are counted.
     * @param event the event to record
     * @param options.takesSameTime whether counting must take as long as recording, so that the response time does
     *   not reveal which of the two happened
     */
    async reportRateLimited<Name extends EventName>(
      event: NewEvent<Name>,
      { takesSameTime = false }: { takesSameTime?: boolean } = {},
    ): Promise<void> {
      const counts = rateLimitedCounts.get(event.event) ?? { recorded: 0, suppressed: 0 }
      rateLimitedCounts.set(event.event, counts)
      if (counts.recorded < maxRateLimitedEventsPerMinute) {
        counts.recorded++
        return report(event)
      }
      counts.suppressed++
      count(event)
      if (takesSameTime) await rehearse(event)
    },

    /**
     * Records how many events of each name were counted instead of recorded. Called every minute and before the
     * service stops.
     * @param isEnding whether the service is about to stop, so that all counts must be recorded now
     */
    async reportSuppressed(isEnding = false): Promise<void> {
      for (const [event, counts] of rateLimitedCounts) {
        const { suppressed } = counts
        // More events may be suppressed during the write.
        Object.assign(counts, { recorded: 0, suppressed: 0 })
        if (suppressed === 0) continue
        try {
          await report({ event, outcome: 'failure', origin: fromService, details: { suppressed } })
        } catch (error) {
          counts.suppressed += suppressed
          throw error
        }
      }
      const reportAll = (summaries: LeftOut[]) =>
        store.write(async (db) => {
          for (const { event, userId, count } of summaries) {
            await record(db, { event, userId, origin: fromService, details: { suppressed: count } })
          }
        })
      await quota.reportLeftOut(reportAll, isEnding)
    },

    list: createListEvents({ store }),

    /**
     * Deletes events that are older than the retention period.
     * @param maxRows the maximum number of events to delete in one call
     * @returns the number of deleted events
     */
    async deleteExpired(maxRows: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('events')
          .where(
            'id',
            'in',
            db
              .selectFrom('events')
              .select('id')
              .where('created_at', '<=', now() - keepDays * dayMs)
              .limit(maxRows),
          )
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

/** The actor of an event. A success without a known actor is the user's own doing, unless `byStranger` is set. */
function actorOf({ outcome = 'success', userId, origin, byStranger = false }: AnyNewEvent): Actor | undefined {
  return (
    origin.actor ??
    (outcome === 'success' && userId !== undefined && !byStranger ? { type: 'user', id: userId } : undefined)
  )
}

/** The user of a successful event that users caused on their own account; undefined for any other event. */
function selfOf(newEvent: AnyNewEvent): string | undefined {
  const { outcome = 'success', userId } = newEvent
  const actor = actorOf(newEvent)
  const isOwn = outcome === 'success' && actor?.type === 'user' && actor.id === userId
  return isOwn ? userId : undefined
}

/** Makes the row of an event. The prepared statement depends on the order of the columns. */
function toRow(newEvent: AnyNewEvent, id: string, time: number): EventRow {
  const { event, outcome = 'success', userId, origin, details = {} } = newEvent
  const { address, userAgent, requestId } = origin
  const actor = actorOf(newEvent)
  return {
    id,
    created_at: time,
    event,
    outcome,
    user_id: userId ?? null,
    actor_type: actor?.type ?? null,
    actor_id: actor !== undefined && 'id' in actor ? actor.id : null,
    address,
    user_agent: userAgent?.slice(0, maxUserAgentLength) ?? null,
    request_id: requestId ?? null,
    details: JSON.stringify(details),
  }
}

/** Makes UUIDv7 (RFC 9562 5.7) that also increase within a millisecond and after the clock was set back. */
function createIds(now: () => number) {
  let last = -Infinity
  let count = 0
  return () => {
    const time = Math.max(now(), last)
    count = time === last ? count + 1 : 0
    last = time
    // The count occupies the bits after the time, which never overflow at the events of one millisecond.
    return uuidv7({ msecs: time, seq: count })
  }
}
