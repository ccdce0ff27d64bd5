import type { Audit } from '../audit/audit.ts'
import { Refusal } from '../errors.ts'
import type { Origin } from '../origin.ts'
import type { Grant, Grants } from '../tokens/grants.ts'
import { grantScopes, ownScope, scopesOf } from '../tokens/scopes.ts'
import type { Sessions } from '../tokens/sessions.ts'
import type { Credentials } from './credentials.ts'

interface Dependencies {
  credentials: Credentials
  sessions: Sessions
  audit: Audit
  grants: Grants
  /** Whether an e-mail has to be verified before. */
  requireVerifiedEmail: boolean
}

export interface SignInRequest {
  /** Or a verified e-mail. */
  username: string
  password: string
  /** What is asked for, separated by spaces. */
  scope: string
}

export type SignIn = ReturnType<typeof createSignIn>

/** The resource owner password credentials grant (RFC 6749 4.3). */
export function createSignIn ({ credentials, sessions, audit, grants, requireVerifiedEmail }: Dependencies) {
  return {
    /**
     * Begins a session.
     * @throws {Refusal} 401 `invalid_grant`, the same one for a wrong name, a wrong password and a
     * disabled account; 400 `email_not_verified`; 400 `invalid_scope`
     */
    async withPassword ({ username, password, scope: asked }: SignInRequest, origin: Origin): Promise<Grant> {
      await grants.demandKey()
      const user = await credentials.find(username)
      if (!await credentials.areRight(user, password) || user === undefined) throw incorrect()
      if (requireVerifiedEmail && user.email_verified === 0) throw emailNotVerified()

      const scope = grantScopes([ownScope, ...scopesOf(user.scopes)], scopesOf(asked)).join(' ')
      const session = await sessions.start(user, scope, origin, (db, { id: userId }, { id }) => audit.record(db, { event: 'signed_in', userId, origin, details: { session_id: id, factor: 'password', scope } }))
      if (session === undefined) throw incorrect()
      return grants.issue(user, session, scope)
    },
  }
}

function incorrect () {
  return new Refusal(401, 'invalid_grant', 'Incorrect username or password', { headers: { 'www-authenticate': 'Bearer' } })
}

function emailNotVerified () {
  return new Refusal(400, 'email_not_verified', 'The e-mail address is not verified yet. Open the link in the mail that was sent to it, or ask for another one.')
}
