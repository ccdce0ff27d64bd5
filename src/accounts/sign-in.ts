import { Refusal } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { Device } from '../tokens/devices.ts'
import type { Grant, Grants } from '../tokens/grants.ts'
import { grantScopes, ownScope, scopesOf } from '../tokens/scopes.ts'
import type { Sessions } from '../tokens/sessions.ts'
import type { Passwords } from './passwords.ts'
import { fold } from './usernames.ts'

interface Dependencies {
  store: Store
  passwords: Passwords
  sessions: Sessions
  grants: Grants
}

export interface Credentials {
  username: string
  password: string
  /** What is asked for, separated by spaces. */
  scope: string
}

export type SignIn = ReturnType<typeof createSignIn>

/** The resource owner password credentials grant (RFC 6749 4.3). */
export function createSignIn ({ store, passwords, sessions, grants }: Dependencies) {
  return {
    /**
     * Begins a session.
     * @throws {Refusal} 401 `invalid_grant`, the same one for a wrong name, a wrong password and a
     * disabled account; 400 `invalid_scope`
     */
    async withPassword ({ username, password, scope: asked }: Credentials, device: Device): Promise<Grant> {
      await grants.demandKey()
      const user = await store.read((db) => db.selectFrom('users').selectAll()
        .where('username_fold', '=', fold(username)).executeTakeFirst())
      const isRight = await passwords.verify(password, user?.password_hash)
      if (user === undefined || !isRight || user.disabled === 1) throw incorrect()

      const scope = grantScopes([ownScope, ...scopesOf(user.scopes)], scopesOf(asked)).join(' ')
      const session = await sessions.start(user.id, scope, device)
      return grants.issue(user, session, scope)
    },
  }
}

function incorrect () {
  return new Refusal(401, 'invalid_grant', 'Incorrect username or password', { headers: { 'www-authenticate': 'Bearer' } })
}
