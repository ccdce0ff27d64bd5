import { v7 as uuidv7 } from 'uuid'
import { rememberByToken } from './remember.ts'
import { scopesOf } from './scopes.ts'
import { firstParty } from './sessions.ts'
import type { SigningKey } from './signing-keys.ts'

/** The JWT library, as far as it is needed here. */
export interface JwtLibrary {
  /** @returns the compact serialization (RFC 7515 7.1) */
  sign: (claims: AccessTokenClaims, key: SigningKey) => string
  /** @returns a function that gives the payload of a rightly signed token and throws at any other */
  createVerifier: (key: SigningKey) => (token: string) => unknown
}

/** The claims of an access token (RFC 9068 2.2), times in seconds since the epoch. */
export interface AccessTokenClaims {
  iss: string
  sub: string
  aud: string | string[]
  client_id: string
  iat: number
  exp: number
  jti: string
  /** The session that the token ends with. */
  sid: string
  scope: string
  preferred_username: string
}

/** What a verified token says. Whether its session still lives is asked elsewhere. */
export interface VerifiedToken { userId: string, sessionId: string, scopes: string[], iat: number, exp: number, nbf: number }

interface Dependencies {
  jwt: JwtLibrary
  key: SigningKey
  issuer: string
  /** The issuer is always among them. */
  audience: string[]
  lifetimeMinutes: number
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Seconds by which the clock of another instance may be ahead of ours. */
const clockSkew = 30

export type AccessTokens = ReturnType<typeof createAccessTokens>

/** Signs and verifies access tokens (RFC 9068). */
export function createAccessTokens ({ jwt, key, issuer, audience, lifetimeMinutes, now }: Dependencies) {
  const lifetime = lifetimeMinutes * 60
  const verifySignature = jwt.createVerifier(key)
  // What does not change while the token lives: signature, header, claims.
  const verifyOnce = rememberByToken(10_000, (token) => {
    if (!hasHeaderFor(key, token)) return undefined
    const claims = payloadOf(token, verifySignature)
    return claims === undefined ? undefined : checkClaims(claims, issuer, lifetime)
  })
  const aud = audience.length === 1 ? issuer : audience

  return {
    /**
     * @param session the session to bind it to; the token does not outlive it
     * @param scope what is granted, separated by spaces
     * @returns the token, and its life in seconds
     */
    issue (user: { id: string, username: string }, session: { id: string, expiresAt: number }, scope: string) {
      const time = now()
      const iat = Math.floor(time / 1000)
      const exp = Math.min(iat + lifetime, Math.floor(session.expiresAt / 1000))
      const token = jwt.sign({
        iss: issuer,
        sub: user.id,
        aud,
        client_id: firstParty,
        iat,
        exp,
        jti: uuidv7({ msecs: time }),
        sid: session.id,
        scope,
        preferred_username: user.username,
      }, key)
      return { token, expiresIn: exp - iat }
    },

    /** @returns undefined for a token that is not ours, not an access token, not for us, or over */
    verify (token: string): VerifiedToken | undefined {
      const verified = verifyOnce(token)
      return verified !== undefined && isInTime(verified, now() / 1000) ? verified : undefined
    },
  }
}

/**
 * The key decides on the algorithm, never the token. Members by which a token would bring its own
 * key, or change what is signed, are refused.
 */
function hasHeaderFor (key: SigningKey, token: string): boolean {
  const header = decodeHeader(token)
  return header !== undefined &&
    header.alg === key.alg &&
    // Other programs that hold the shared secret need not know our name for it.
    (header.kid === key.kid || (key.alg === 'HS256' && header.kid === undefined)) &&
    typeof header.typ === 'string' && /^(application\/)?at\+jwt$/i.test(header.typ) &&
    !['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'].some((name) => Object.hasOwn(header, name))
}

function decodeHeader (token: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString())
    return isObject(header) ? header : undefined
  } catch {
    return undefined
  }
}

function payloadOf (token: string, verifySignature: (token: string) => unknown) {
  try {
    const payload = verifySignature(token)
    return isObject(payload) ? payload : undefined
  } catch {
    return undefined
  }
}

/** RFC 9068 4, and ours: every claim there, of its type, and a life no longer than we give. */
function checkClaims (claims: Record<string, unknown>, issuer: string, lifetime: number): VerifiedToken | undefined {
  const { iss, sub, aud, client_id: clientId, iat, exp, nbf = 0, jti, sid, scope } = claims
  const isForUs = aud === issuer || (Array.isArray(aud) && aud.includes(issuer))
  if (iss !== issuer || !isForUs || !isId(sub) || !isId(sid)) return undefined
  if (typeof clientId !== 'string' || typeof jti !== 'string' || typeof scope !== 'string') return undefined
  if (!isTime(iat) || !isTime(exp) || !isTime(nbf) || exp - iat > lifetime) return undefined
  return { userId: sub, sessionId: sid, scopes: scopesOf(scope), iat, exp, nbf }
}

/** Seconds since the epoch. */
function isInTime ({ iat, exp, nbf }: VerifiedToken, now: number): boolean {
  return iat <= now + clockSkew && nbf <= now + clockSkew && now < exp
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A NumericDate (RFC 7519 2). */
function isTime (value: unknown): value is number {
  return Number.isFinite(value)
}

function isId (value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
}
