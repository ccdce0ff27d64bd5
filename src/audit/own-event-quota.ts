import { hourMs } from '../lib/time.ts'
import { sql } from 'kysely'
import { minUuidV7At } from '../lib/uuid.ts'
import { columnsOf, type EventRow, type Store, type Writer } from '../store/index.ts'
import { type AnyNewEvent, type EventName, events } from './events.ts'

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Events of one user and name that were counted instead of recorded. */
export interface LeftOut {
  event: EventName
  userId: string
  count: number
  /** The time at which the first event was left out; milliseconds since the epoch. */
  since: number
}

/** The quota for events of one name that a user causes on their own account. */
const maxOwnEventsPerHour = 60

/**
 * The quota for sign-ins from unknown locations, and for correct passwords without the second factor. It is larger
 * because a stolen session cannot cause them.
 */
const maxSignInsPerHour = 600

/**
 * Events that are always recorded. Otherwise an attacker with a stolen session could use up the quota first to hide
 * them. Each requires a password, a link or a code.
 */
const exempt = new Set<EventName>(['password_changed', 'password_reset', 'email_changed', 'account_deleted'])

/** Keeps users from filling the audit log with events on their own accounts. */
export function createOwnEventQuota({ store, now }: Dependencies) {
  const leftOut = new Map<string, LeftOut>()

  // Counted in the database, so that all instances share the quota and a rollback does not use it up. The expression
  // keeps the database from using the indexes by user and by name: the first contains what other people did to the
  // account, the second the events of all users.
  const insertWithin = store.prepareDeferred((db) => {
    const recent = db
      .selectFrom('events')
      .select('id')
      .where('actor_id', '=', 'user id')
      .where('id', '>=', 'least id')
      .where(sql`user_id || event`, '=', 'user id and event')
      .limit(maxOwnEventsPerHour)
    const count = db.selectFrom(recent.as('recent')).select((row) => row.fn.countAll<number>().as('count'))
    return db
      .insertInto('events')
      .columns(columnsOf.events)
      .expression(
        db.selectNoFrom((row) => columnsOf.events.map((column) => row.val('').as(column))).where(count, '<', 0),
      )
  })

  return {
    /**
     * The maximum number of events of this name that a user may cause on their own account in an hour.
     * @returns undefined if there is none
     */
    maxOf({ event, isFromUnknownLocation = false }: AnyNewEvent): number | undefined {
      if (exempt.has(event) || events[event].severity === 'alarm') return undefined
      return isFromUnknownLocation || event === 'mfa_required' ? maxSignInsPerHour : maxOwnEventsPerHour
    },

    /**
     * Records an event unless the quota is used up.
     * @param db the transaction of the change that the event describes
     * @param row the event
     * @param userId the id of the user who caused it
     * @param max the quota
     * @returns a promise for the number of recorded events, 0 or 1
     */
    async insert(db: Writer, row: EventRow, userId: string, max: number): Promise<{ changedRows: Promise<number> }> {
      const least = minUuidV7At(now() - hourMs)
      return insertWithin(db, ...Object.values(row), userId, least, userId + row.event, max, max)
    },

    /** Counts an event that was not recorded. */
    leaveOut(event: EventName, userId: string): void {
      const key = `${event} ${userId}`
      const { count, since } = leftOut.get(key) ?? { count: 0, since: now() }
      leftOut.set(key, { event, userId, count: count + 1, since })
    },

    /**
     * Reports the events that were left out, an hour after the first of them.
     * @param report records summaries, each of the events of one user and name
     * @param isEnding whether the service is about to stop, so that no summary can wait
     */
    async reportLeftOut(report: (summaries: LeftOut[]) => Promise<void>, isEnding: boolean): Promise<void> {
      const due = [...leftOut].filter(([, { since }]) => isEnding || now() - since >= hourMs)
      if (due.length === 0) return
      await report(due.map(([, summary]) => summary))
      for (const [key, summary] of due) {
        const { count } = leftOut.get(key) ?? summary
        if (count === summary.count) leftOut.delete(key)
        else leftOut.set(key, { ...summary, count: count - summary.count, since: now() })
      }
    },
  }
}
