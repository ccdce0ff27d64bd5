import type { Audit, Origin } from '../audit/index.ts'
import { type AuthenticationMethod, combineMethods } from '../authorization/index.ts'
import type { SecondFactors } from '../factors/index.ts'
import { describeDevice } from '../lib/user-agent.ts'
import { hourlyMailLimit, isVerified, type Notices } from '../mail/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, KnownLocations, PendingAttempt } from '../throttling/index.ts'
import type { Session, Sessions } from '../tokens/index.ts'
import { lockUserRow } from '../users/index.ts'

interface Dependencies {
  store: Store
  sessions: Sessions
  attempts: Attempts
  knownLocations: KnownLocations
  secondFactors: SecondFactors
  audit: Audit
  notices: Notices
  /** The URL of the page where users request a password reset. */
  resetUrl: string
}

/** A user whose password was correct, and the code of a second factor, which has not been checked yet. */
export interface AuthenticatedUser {
  user: UserRow
  /** The attempts to use the password and the code. Each counts as a failure until it is accepted or released. */
  attempts: [PendingAttempt, ...PendingAttempt[]]
  /** Undefined if the account has no second factor. */
  otp: string | undefined
}

export type StartSession = ReturnType<typeof createStartSession>

/** Starts the session of an authenticated user. */
export function createStartSession({
  store,
  sessions,
  attempts,
  knownLocations,
  secondFactors,
  audit,
  notices,
  resetUrl,
}: Dependencies) {
  async function notifyOfNewLocation(db: Writer, user: UserRow, origin: Origin) {
    await notices.notify(db, user, 'new_device', { ...shownPlace(user, origin), resetUrl }, hourlyMailLimit)
  }

  /**
   * Checks the second factor and starts a session, in the transaction of the sign-in.
   * @param requested.scope the granted scopes, separated by spaces
   * @returns undefined if the user was deleted, was disabled, or got another password or other second factors after the
   * authentication
   * @throws {ApiError} 400 `invalid_otp`
   */
  return async function startSession(
    db: Writer,
    { user: authenticated, attempts: made, otp }: AuthenticatedUser,
    requested: { scope: string; deviceId: string },
    origin: Origin,
  ): Promise<Session | undefined> {
    const [{ factor, location }] = made
    const user = await lockUserRow(store, db, authenticated)
    if (user === undefined || user.factors_version !== authenticated.factors_version) return undefined
    const secondFactor = otp === undefined ? undefined : await secondFactors.use(db, user, otp, origin)
    const added: AuthenticationMethod[] = secondFactor === undefined ? [] : ['otp']
    const methods = combineMethods(['pwd'], added)
    const session = await sessions.start(db, user.id, { ...requested, methods }, origin)
    await attempts.accept(db, ...made)
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
        scope: requested.scope,
        known_location: location.isKnown,
      },
    })
    if (isNewLocation) await notifyOfNewLocation(db, user, origin)
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
