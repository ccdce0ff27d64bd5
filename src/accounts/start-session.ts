import type { Audit, Origin } from '../audit/index.ts'
import { describeDevice } from '../lib/user-agent.ts'
import { hourlyMailLimit, isVerified, type Notices } from '../mail/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, KnownLocations } from '../throttling/index.ts'
import type { Session, Sessions } from '../tokens/index.ts'
import { lockUserRow } from '../users/index.ts'
import type { Authentication } from './authenticate.ts'

interface Dependencies {
  store: Store
  sessions: Sessions
  attempts: Attempts
  knownLocations: KnownLocations
  audit: Audit
  notices: Notices
  /** The URL of the page where users request a password reset. */
  resetUrl: string
}

export type StartSession = ReturnType<typeof createStartSession>

/** Starts the session of an authenticated user. */
export function createStartSession({
  store,
  sessions,
  attempts,
  knownLocations,
  audit,
  notices,
  resetUrl,
}: Dependencies) {
  async function notifyOfNewLocation(db: Writer, user: UserRow, { address, userAgent }: Origin) {
    // An unverified address may belong to another person, and an attacker can put a message into a User-Agent.
    const shown = isVerified(user) ? { userAgent, address } : { userAgent: undefined, address: null }
    const device = describeDevice(shown.userAgent ?? null)
    await notices.notify(db, user, 'new_device', { device, address: shown.address, resetUrl }, hourlyMailLimit)
  }

  /**
   * Starts a session, in the transaction of the sign-in.
   * @param requested.scope the granted scopes, separated by spaces
   * @returns undefined if the user was deleted, was disabled or got a new password after the authentication
   */
  return async function startSession(
    db: Writer,
    { user: authenticated, attempt }: Authentication,
    requested: { scope: string; deviceId: string },
    origin: Origin,
  ): Promise<Session | undefined> {
    const user = await lockUserRow(store, db, authenticated)
    if (user === undefined) return undefined
    const session = await sessions.start(db, user.id, requested, origin)
    await attempts.accept(db, attempt)
    const isNewLocation = await knownLocations.remember(db, user.id, attempt.location, origin)
    await audit.record(db, {
      event: 'signed_in',
      userId: user.id,
      origin,
      isFromUnknownLocation: !attempt.location.isKnown,
      details: {
        session_id: session.id,
        factor: attempt.factor,
        scope: requested.scope,
        known_location: attempt.location.isKnown,
      },
    })
    if (isNewLocation) await notifyOfNewLocation(db, user, origin)
    return session
  }
}
