import { sql } from 'kysely'
import { minUuidV7At } from '../lib/uuid.ts'
import type { Store, Writer } from '../store/index.ts'
import { type AnyNewEvent, type EventName, events } from './events.ts'

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Events of one user and name that were counted instead of recorded. */
interface LeftOut {
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

const hourMs = 60 * 60 * 1000

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
  const readRecent = store.prepareRows((db) =>
    db
      .selectFrom('events')
      .select('id')
      .where('actor_id', '=', 'user id')
      .where('id', '>=', 'least id')
      .where(sql`user_id || event`, '=', 'user id and event')
      .limit(maxOwnEventsPerHour),
  )

  return {
    /**
     * Whether the user has used up the quota for this event.
     * @param db the transaction that would record the event
     * @param event the event to record
     * @param userId the id of the user who caused it
     */
    async isUsedUp(
      db: Writer,
      { event, isFromUnknownLocation = false }: AnyNewEvent,
      userId: string,
    ): Promise<boolean> {
      if (exempt.has(event) || events[event].severity === 'alarm') return false
      const max = isFromUnknownLocation || event === 'mfa_required' ? maxSignInsPerHour : maxOwnEventsPerHour
      const recent = await readRecent(db, userId, minUuidV7At(now() - hourMs), userId + event, max)
      return recent.length === max
    },

    /** Counts an event instead of recording it, once the transaction of the change that it describes is committed. */
    leaveOut(db: Writer, { event }: AnyNewEvent, userId: string): void {
      store.afterCommit(db, () => {
        const key = `${event} ${userId}`
        const { count, since } = leftOut.get(key) ?? { count: 0, since: now() }
        leftOut.set(key, { event, userId, count: count + 1, since })
      })
    },

    /**
     * Reports the events that were left out, an hour after the first of them.
     * @param report records a summary of the events of one user and name
     * @param isEnding whether the service is about to stop, so that no summary can wait
     */
    async reportLeftOut(report: (summary: LeftOut) => Promise<void>, isEnding: boolean): Promise<void> {
      for (const [key, summary] of leftOut) {
        if (!isEnding && now() - summary.since < hourMs) continue
        await report(summary)
        const { count } = leftOut.get(key) ?? summary
        if (count === summary.count) leftOut.delete(key)
        else leftOut.set(key, { ...summary, count: count - summary.count, since: now() })
      }
    },
  }
}
