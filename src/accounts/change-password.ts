import type { Audit, Origin } from '../audit/index.ts'
import { cutScopes, invalidToken, type Principal, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import { type Credentials, type DeviceTokens, type Places, wrongPassword } from '../throttling/index.ts'
import type { Grant, Grants, Sessions } from '../tokens/index.ts'
import { aboutUser, lockUser } from '../users/index.ts'
import type { PasswordReplacement } from './replace-password.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  passwords: Passwords
  passwordReplacement: PasswordReplacement
  places: Places
  deviceTokens: DeviceTokens
  sessions: Sessions
  audit: Audit
  grants: Grants
}

export type PasswordChange = ReturnType<typeof createPasswordChange>

/** Lets somebody who is signed in choose another password. */
export function createPasswordChange({
  store,
  credentials,
  passwords,
  passwordReplacement,
  places,
  deviceTokens,
  sessions,
  audit,
  grants,
}: Dependencies) {
  return {
    /**
     * Sets another password. Every session ends, and a new one begins with what this one was granted.
     * @throws {ApiError} 400 `wrong_password`, or what is wrong with the new one; 401 when the session has ended meanwhile; 429 `slow_down`
     */
    async change(
      { account, session }: Principal,
      { current, next }: { current: string; next: string },
      origin: Origin,
    ): Promise<Grant> {
      await grants.demandKey()
      const { user, accept, entrant, place } = await credentials.demand(
        { name: account.username, password: current },
        await credentials.findById(account.id),
        'current_password',
        origin,
      )
      await store.write(accept)
      passwords.rules.check(next, { field: 'new_password', about: aboutUser(user) })
      const hash = await passwords.hash(next, entrant)

      const outcome = await store.write(async (db) => {
        const locked = await lockUser(store, db, user)
        if (locked === undefined) return wrongPassword('current_password')
        const present = await db.selectFrom('sessions').select('scope').where('id', '=', session.id).executeTakeFirst()
        if (present === undefined) return invalidToken()
        await passwordReplacement.replace(db, locked, hash)
        await places.remember(db, locked.id, { ...place, isKnown: true }, origin)
        await audit.record(db, { event: 'password_changed', userId: locked.id, origin })
        const scope = cutScopes(scopesOf(present.scope), scopesOf(locked.scopes)).join(' ')
        return { session: await sessions.begin(db, locked.id, scope, origin), scope }
      })
      if (outcome instanceof ApiError) throw outcome
      const changed = { id: user.id, password_version: user.password_version + 1 }
      return {
        ...(await grants.issue(account, outcome.session, outcome.scope)),
        deviceToken: deviceTokens.issue(changed, place.device),
      }
    },
  }
}
