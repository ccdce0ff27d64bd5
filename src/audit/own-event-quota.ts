import { sql } from 'kysely'
import { minUuidV7At } from '../lib/uuid.ts'
import type { Store, Writer } from '../store/index.ts'
import { type AnyNewEvent, type EventName, events } from './events.ts'

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Events of one user and name that were left out. */
interface LeftOut {
  event: EventName
  userId: string
  count: number
  /** When the first was left out; milliseconds since the epoch. */
  since: number
}

/** Events of one name that a user can cause about themselves; further ones are counted, not written. */
const maxOwnEventsPerHour = 60

/** For sign-ins from unknown locations, which a stolen session cannot cause. */
const maxFromUnknownLocationsPerHour = 600

const hourMs = 60 * 60 * 1000

/** Written in any case: a session that was stolen could otherwise use up the quota first. Each needs a proof. */
const exempt = new Set<EventName>(['password_changed', 'password_reset', 'email_changed', 'account_deleted'])

/** Keeps users from filling the audit log with what they do to their own accounts. */
export function createOwnEventQuota({ store, now }: Dependencies) {
  const leftOut = new Map<string, LeftOut>()

  // In the database, so that the quota holds for all instances and a rollback takes nothing from it. User and name are
  // compared in an expression, so that their indexes are not used: one contains what strangers did to the user, the
  // other the events of all users.
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
    /** Whether an event of a user about themselves is beyond the quota. Within the transaction that would record it. */
    async isUsedUp(
      db: Writer,
      { event, isFromUnknownLocation = false }: AnyNewEvent,
      userId: string,
    ): Promise<boolean> {
      if (exempt.has(event) || events[event].severity === 'alarm') return false
      const max = isFromUnknownLocation ? maxFromUnknownLocationsPerHour : maxOwnEventsPerHour
      const recent = await readRecent(db, userId, minUuidV7At(now() - hourMs), userId + event, max)
      return recent.length === max
    },

    /** Counts an event that is left out, once the transaction of what it is about is committed. */
    leaveOut(db: Writer, { event }: AnyNewEvent, userId: string): void {
      store.afterCommit(db, () => {
        const key = `${event} ${userId}`
        const { count, since } = leftOut.get(key) ?? { count: 0, since: now() }
        leftOut.set(key, { event, userId, count: count + 1, since })
      })
    },

    /**
     * Reports how many events were left out, an hour after the first of them.
     * @param isEnding whether it is the last time, so that none can wait
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
