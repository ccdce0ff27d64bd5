import { Refusal } from '../errors.ts'
import type { Origin } from '../origin.ts'
import type { Store } from '../store/store.ts'
import { lockUser } from '../store/users.ts'
import { invalidToken } from '../tokens/authentication.ts'
import type { Grant, Grants } from '../tokens/grants.ts'
import type { Principal } from '../tokens/principal.ts'
import { cutScopes, scopesOf } from '../tokens/scopes.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { aboutUser, wrongPassword, type Credentials } from './credentials.ts'
import type { PasswordReplacement } from './password-replacement.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  passwords: Passwords
  passwordRules: PasswordRules
  passwordReplacement: PasswordReplacement
  sessions: Sessions
  grants: Grants
}

export type PasswordChange = ReturnType<typeof createPasswordChange>

/** Lets somebody who is signed in choose another password. */
export function createPasswordChange ({ store, credentials, passwords, passwordRules, passwordReplacement, sessions, grants }: Dependencies) {
  return {
    /**
     * Sets another password. Every session ends, and a new one begins with what this one was granted.
     * @throws {Refusal} 400 `wrong_password`, or what is wrong with the new one; 401 when the session has ended meanwhile
     */
    async change ({ account, session }: Principal, { current, next }: { current: string, next: string }, origin: Origin): Promise<Grant> {
      await grants.demandKey()
      const user = await credentials.demand(account.id, current, 'current_password')
      passwordRules.check(next, { field: 'new_password', about: aboutUser(user) })
      const hash = await passwords.hash(next)

      const outcome = await store.write(async (db) => {
        const locked = await lockUser(store, db, user)
        if (locked === undefined) return wrongPassword('current_password')
        const present = await db.selectFrom('sessions').select('scope').where('id', '=', session.id).executeTakeFirst()
        if (present === undefined) return invalidToken()
        await passwordReplacement.replace(db, locked, hash)
        const scope = cutScopes(scopesOf(present.scope), scopesOf(locked.scopes)).join(' ')
        return { session: await sessions.begin(db, locked.id, scope, origin), scope }
      })
      if (outcome instanceof Refusal) throw outcome
      return grants.issue(account, outcome.session, outcome.scope)
    },
  }
}
