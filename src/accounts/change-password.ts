import type { Audit, Origin } from '../audit/index.ts'
import { cutScopes, invalidToken, methodsOf, type Principal, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import type { Attempts, KnownLocations } from '../throttling/index.ts'
import type { DeviceTokens, IssuedTokens, Sessions, TokenIssuer } from '../tokens/index.ts'
import { aboutUser, lockUserRow } from '../users/index.ts'
import { type CheckPassword, wrongPassword } from './check-password.ts'
import type { ReplacePassword } from './replace-password.ts'

interface Dependencies {
  store: Store
  checkPassword: CheckPassword
  passwords: Passwords
  replacePassword: ReplacePassword
  attempts: Attempts
  knownLocations: KnownLocations
  deviceTokens: DeviceTokens
  sessions: Sessions
  audit: Audit
  tokenIssuer: TokenIssuer
}

/** Lets users change their password. */
export function createChangePassword({
  store,
  checkPassword,
  passwords,
  replacePassword,
  attempts,
  knownLocations,
  deviceTokens,
  sessions,
  audit,
  tokenIssuer,
}: Dependencies) {
  /**
   * Sets a new password. All sessions end, and a new one starts with the scopes of the current one.
   * @throws {ApiError} 400 `wrong_password`, or a rule that the new password breaks; 401 if the session ended in the
   * meantime; 429 `slow_down`
   */
  return async function changePassword(
    { account, session, hasSecondFactor }: Principal,
    { current, next }: { current: string; next: string },
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const { user, attempt } = await checkPassword({ userId: account.id, username: account.username }, current, origin)
    const { location } = attempt
    await store.complete((db) => attempts.accept(db, attempt)).finally(() => attempts.end(attempt))
    passwords.rules.check(next, { field: 'new_password', about: aboutUser(user) })
    const hash = await passwords.hash(next, location.hashRequest)

    const outcome = await store.complete(async (db) => {
      const lockedRow = await lockUserRow(store, db, user)
      if (lockedRow === undefined) return wrongPassword()
      const present = await db
        .selectFrom('sessions')
        .select(['scope', 'device_id', 'created_at', 'authenticated_at', 'methods'])
        .where('id', '=', session.id)
        .executeTakeFirst()
      if (present === undefined) return invalidToken()
      // It remains the device of the session, known for just as long.
      const device =
        present.device_id === null ? deviceTokens.create() : { id: present.device_id, since: present.created_at }
      await replacePassword(db, lockedRow, hash)
      await knownLocations.remember(db, lockedRow.id, { ...location, isKnown: true }, origin)
      await audit.record(db, { event: 'password_changed', userId: lockedRow.id, origin })
      const scope = cutScopes(scopesOf(present.scope), scopesOf(lockedRow.scopes)).join(' ')
      const continued = { authenticatedAt: present.authenticated_at, methods: methodsOf(present.methods) }
      const started = await sessions.start(db, lockedRow.id, { scope, deviceId: device.id, ...continued }, origin)
      return { session: started, scope, device }
    })
    if (outcome instanceof ApiError) throw outcome
    const tokens = await tokenIssuer.issue({ ...account, hasSecondFactor }, outcome.session, outcome.scope)
    const changed = { ...user, password_version: user.password_version + 1 }
    return { ...tokens, deviceToken: deviceTokens.issue(changed, outcome.device) }
  }
}
