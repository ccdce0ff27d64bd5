import type { Audit, Origin } from '../audit/index.ts'
import { levelOf } from '../authorization/index.ts'
import { describeDevice } from '../lib/user-agent.ts'
import { hourlyMailLimit, isVerified, type Notices } from '../mail/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { Attempts, KnownLocations } from '../throttling/index.ts'
import type { Session, Sessions } from '../tokens/index.ts'
import type { AcceptedProof } from './proofs.ts'

interface Dependencies {
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
export function createStartSession({ sessions, attempts, knownLocations, audit, notices, resetUrl }: Dependencies) {
  async function notifyOfNewLocation(db: Writer, user: UserRow, isPasskey: boolean, origin: Origin) {
    const details = { ...shownPlace(user, origin), isPasskey, resetUrl }
    await notices.notify(db, user, 'new_device', details, { limit: hourlyMailLimit })
  }

  /**
   * Starts a session, in the transaction of the sign-in.
   * @param scope the granted scopes, separated by spaces
   * @param tokenScope those of them that the tokens have for now
   */
  return async function startSession(
    db: Writer,
    { user, attempts: made, secondFactor, methods }: AcceptedProof,
    { scope, tokenScope, deviceId }: { scope: string; tokenScope: string; deviceId: string },
    origin: Origin,
  ): Promise<Session> {
    const [{ factor, location }] = made
    const session = await sessions.start(db, user.id, { scope, deviceId, methods }, origin)
    await attempts.accept(db, ...made)
    const isRemembered = user.second_factors > 0 && levelOf(session) === 'aal1'
    const isNewLocation = await knownLocations.remember(db, user.id, location, origin)
    await audit.record(db, {
      event: 'signed_in',
      userId: user.id,
      origin,
      isFromUnknownLocation: !location.isKnown,
      details: {
        session_id: session.id,
        factor,
        ...(secondFactor === undefined ? {} : { second_factor: secondFactor }),
        ...(isRemembered ? { second_factor: 'remembered_device' } : {}),
        scope: tokenScope,
        known_location: location.isKnown,
      },
    })
    if (isNewLocation) await notifyOfNewLocation(db, user, factor === 'passkey', origin)
    return session
  }
}

/**
 * The device and the IP address that a message may show. An unverified address may belong to another person, and an
 * attacker can put a message into a User-Agent.
 */
export function shownPlace(user: UserRow, { address, userAgent }: Origin): { device: string; address: string | null } {
  return isVerified(user)
    ? { device: describeDevice(userAgent ?? null), address }
    : { device: describeDevice(null), address: null }
}
