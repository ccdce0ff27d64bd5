import { v7 as uuidv7 } from 'uuid'
import { type Account, type AuthenticationContext, contextClaimsOf, scopesOf } from '../authorization/index.ts'
import type { KeyRing, SigningKey } from '../keys/index.ts'
import { maxClockSkewMs } from '../lib/time.ts'
import { cacheByToken } from './cache-by-token.ts'
import { firstPartyClient } from './first-party-client.ts'

/** The claims of an access token (RFC 9068 2.2), times in seconds since the epoch. */
interface AccessTokenClaims {
  iss: string
  /** The id of the user, or of the client for its own token. */
  sub: string
  aud: string | string[]
  client_id: string
  iat: number
  exp: number
  jti: string
  scope: string
  /** The session of the token; absent in a client's own token. */
  sid?: string
  /** When the user authenticated; absent in a client's own token, like the next two. */
  auth_time?: number
  /** How the user authenticated. */
  amr?: string[]
  /** The level of assurance. */
  acr?: string
  preferred_username?: string
}

/** The claims of a verified token. `findSubject` checks whether its session or client is still active. */
export type VerifiedToken = UserToken | ClientToken

interface Verified {
  /** Identifies the key that signed the token. */
  kid: string
  subject: string
  clientId: string
  audience: string[]
  jti: string
  scopes: string[]
  iat: number
  exp: number
  nbf: number
}

interface UserToken extends Verified {
  sessionId: string
}

interface ClientToken extends Verified {
  sessionId: undefined
}

interface Dependencies {
  keyRing: KeyRing
  /** Decodes the header and payload of a token without verifying them. */
  decode: (token: string) => unknown
  issuer: string
  /** Always contains the issuer. */
  audience: string[]
  lifetimeMinutes: number
  /** Milliseconds since the epoch. */
  now: () => number
}

const maxClockSkewSeconds = maxClockSkewMs / 1000

const maxCachedTokens = 10_000

export type AccessTokens = ReturnType<typeof createAccessTokens>

/** Signs and verifies access tokens (RFC 9068). */
export function createAccessTokens({ keyRing, decode, issuer, audience, lifetimeMinutes, now }: Dependencies) {
  const lifetime = lifetimeMinutes * 60
  // The signature, header and claims of a token never change.
  const verifyOnce = cacheByToken(maxCachedTokens, async (token) => {
    const header = headerOf(token, decode)
    if (header === undefined) return undefined
    for (const { key, verify } of await keyRing.find(header.kid)) {
      const claims = isHeaderFor(key, header) ? payloadOf(token, verify) : undefined
      if (claims !== undefined) return checkClaims(claims, key.kid, issuer, lifetime)
    }
    return undefined
  })
  const aud = audience.length === 1 ? issuer : audience

  /** @param until milliseconds since the epoch */
  async function issue(claims: Omit<AccessTokenClaims, 'iss' | 'aud' | 'iat' | 'exp' | 'jti'>, until = Infinity) {
    await keyRing.refreshIfStale()
    const time = now()
    const iat = Math.floor(time / 1000)
    const exp = Math.min(iat + lifetime, Math.floor(until / 1000))
    const { sub, client_id, ...more } = claims
    const token = keyRing.signing().sign({
      iss: issuer,
      sub,
      aud,
      client_id,
      iat,
      exp,
      jti: uuidv7({ msecs: time }),
      ...more,
    } satisfies AccessTokenClaims)
    return { token, expiresIn: exp - iat }
  }

  async function read(token: string): Promise<VerifiedToken | undefined> {
    await keyRing.refreshIfStale()
    const verified = await verifyOnce(token)
    return verified !== undefined && keyRing.has(verified.kid) ? verified : undefined
  }

  return {
    /**
     * @param session the session of the token; the token expires no later than the session
     * @param scope the granted scopes, separated by spaces
     * @returns the token and its lifetime in seconds
     */
    issue(
      { id, username }: Pick<Account, 'id' | 'username'>,
      session: AuthenticationContext & { id: string; expiresAt: number },
      scope: string,
    ) {
      const context = contextClaimsOf(session)
      const claims = { sub: id, client_id: firstPartyClient.id, scope, sid: session.id, ...context }
      return issue(username === null ? claims : { ...claims, preferred_username: username }, session.expiresAt)
    },

    /**
     * Called before a token request changes anything.
     * @throws {ApiError} 503 when there is no key to sign with
     */
    async assertCanSign(): Promise<void> {
      await keyRing.refreshIfStale()
      keyRing.signing()
    },

    /** Issues a token for the client itself (RFC 6749 4.4). */
    issueToClient: (clientId: string, scope: string) => issue({ sub: clientId, client_id: clientId, scope }),

    /** @returns undefined for a token of another issuer, kind or audience, and for an expired token */
    async verify(token: string): Promise<VerifiedToken | undefined> {
      const verified = await read(token)
      return verified !== undefined && isInTime(verified, now() / 1000) ? verified : undefined
    },

    /** Verifies a token except for its times. An expired token still names its session. */
    read,
  }
}

/**
 * The key determines the algorithm, never the token. A header that carries a key, or changes what is signed, is
 * rejected.
 */
function isHeaderFor(key: SigningKey, header: Record<string, unknown>): boolean {
  return (
    header.alg === key.alg &&
    typeof header.typ === 'string' &&
    /^(application\/)?at\+jwt$/i.test(header.typ) &&
    !['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'].some((name) => Object.hasOwn(header, name))
  )
}

function headerOf(token: string, decode: (token: string) => unknown): Record<string, unknown> | undefined {
  try {
    const decoded = decode(token)
    return isObject(decoded) && isObject(decoded.header) ? decoded.header : undefined
  } catch {
    return undefined
  }
}

function payloadOf(token: string, verifySignature: (token: string) => unknown) {
  try {
    const payload = verifySignature(token)
    return isObject(payload) ? payload : undefined
  } catch {
    return undefined
  }
}

/** Checks every required claim and its type (RFC 9068 4), and that the token's lifetime does not exceed `lifetime`. */
function checkClaims(
  claims: Record<string, unknown>,
  kid: string,
  issuer: string,
  lifetime: number,
): VerifiedToken | undefined {
  const { iss, sub, aud, client_id: clientId, iat, exp, nbf = 0, jti, sid, scope } = claims
  const audience = (Array.isArray(aud) ? aud : [aud]).filter((one: unknown) => typeof one === 'string')
  if (iss !== issuer || !audience.includes(issuer)) return undefined
  if (typeof sub !== 'string' || typeof clientId !== 'string' || typeof jti !== 'string' || typeof scope !== 'string') {
    return undefined
  }
  if (!isTime(iat) || !isTime(exp) || !isTime(nbf) || exp - iat > lifetime) return undefined
  const verified = { kid, subject: sub, clientId, audience, jti, scopes: scopesOf(scope), iat, exp, nbf }
  if (sid === undefined) return sub === clientId ? { ...verified, sessionId: sid } : undefined
  return isId(sub) && isId(sid) ? { ...verified, sessionId: sid } : undefined
}

/** @param now seconds since the epoch */
function isInTime({ iat, exp, nbf }: VerifiedToken, now: number): boolean {
  return iat <= now + maxClockSkewSeconds && nbf <= now + maxClockSkewSeconds && now < exp
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a claim is a NumericDate (RFC 7519 2). */
function isTime(value: unknown): value is number {
  return Number.isFinite(value)
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
}
