import type { Audit, Origin } from '../audit/index.ts'
import { grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import { describeDevice } from '../lib/user-agent.ts'
import { hourlyMailLimit, newDevice, type Notices } from '../mail/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Credentials, DeviceTokens, Places, Proof } from '../throttling/index.ts'
import type { Grant, Grants, Session, Sessions } from '../tokens/index.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  places: Places
  deviceTokens: DeviceTokens
  sessions: Sessions
  audit: Audit
  notices: Notices
  grants: Grants
  /** Where somebody asks for a new password. */
  resetUrl: string
  /** Whether an e-mail has to be verified before. */
  requireVerifiedEmail: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

export interface SignInRequest {
  /** Or a verified e-mail. */
  username: string
  password: string
  /** What is asked for, separated by spaces. */
  scope: string
  /** Of a former sign-in on the same device. */
  deviceToken: string | undefined
}

export type SignIn = ReturnType<typeof createSignIn>

/** The resource owner password credentials grant (RFC 6749 4.3). */
export function createSignIn({
  store,
  credentials,
  places,
  deviceTokens,
  sessions,
  audit,
  notices,
  grants,
  resetUrl,
  requireVerifiedEmail,
  now,
}: Dependencies) {
  function scopeFor(user: UserRow, asked: string): string {
    if (requireVerifiedEmail && user.email_verified === 0) throw emailNotVerified()
    return grantScopes([ownScope, ...scopesOf(user.scopes)], scopesOf(asked)).join(' ')
  }

  /** Everything that a sign-in leaves behind. */
  async function note(
    db: Writer,
    user: UserRow,
    { id }: Session,
    scope: string,
    { accept, place }: Proof,
    origin: Origin,
  ) {
    await accept(db)
    const isElsewhere = await places.remember(db, user.id, place, origin)
    await audit.record(db, {
      event: 'signed_in',
      userId: user.id,
      origin,
      details: { session_id: id, factor: 'password', scope, known_location: place.isKnown },
    })
    if (!isElsewhere) return
    const device = describeDevice(origin.userAgent ?? null)
    await notices.notify(
      db,
      user,
      'new_device',
      (about) => newDevice({ ...about, device, address: origin.address, resetUrl, at: now() }),
      hourlyMailLimit,
    )
  }

  return {
    /**
     * Begins a session.
     * @throws {ApiError} 401 `invalid_grant`, the same one for a wrong name, a wrong password, a disabled
     * account and one that is shut; 400 `email_not_verified`; 400 `invalid_scope`; 429 `slow_down`; 503
     */
    async withPassword(
      { username, password, scope: asked, deviceToken }: SignInRequest,
      origin: Origin,
    ): Promise<Grant> {
      await grants.demandKey()
      const proof = await credentials.prove({ name: username, password, deviceToken }, 'sign_in_failed', origin)
      if (proof === undefined) throw incorrect()

      const { user, accept, takeBack, place } = proof
      try {
        const scope = scopeFor(user, asked)
        const session = await sessions.start(user, scope, origin, (db, user, session) =>
          note(db, user, session, scope, proof, origin),
        )
        if (session === undefined) throw incorrect()
        return { ...(await grants.issue(user, session, scope)), deviceToken: deviceTokens.issue(user, place.device) }
      } catch (error) {
        // The password was right, whatever came afterwards.
        if (error instanceof ApiError && error.statusCode === 400) {
          await store.write(async (db) => {
            await accept(db)
            await audit.record(db, {
              event: 'sign_in_failed',
              outcome: 'failure',
              userId: user.id,
              origin,
              details: { factor: 'password', reason: error.code },
            })
          })
        } else if (error instanceof ApiError && error.statusCode === 503) {
          await takeBack().catch(() => {})
        }
        throw error
      }
    },
  }
}

function incorrect() {
  return new ApiError('invalid_grant', {
    status: 401,
    detail: 'Incorrect username or password',
    headers: { 'www-authenticate': 'Bearer' },
  })
}

function emailNotVerified() {
  return new ApiError('email_not_verified')
}
