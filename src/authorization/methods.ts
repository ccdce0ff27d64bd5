import { wordsOf } from '../lib/words.ts'

/**
 * How a user authenticated (RFC 8176 2): with a password, with a one-time code of an app or a recovery code, with a
 * passkey that stays on one device (`hwk`) or can be synchronized (`swk`) and that has verified the user (`user`), or
 * with several factors.
 */
export type AuthenticationMethod = 'pwd' | 'otp' | 'hwk' | 'swk' | 'user' | 'mfa'

const known: readonly string[] = ['pwd', 'otp', 'hwk', 'swk', 'user', 'mfa'] satisfies AuthenticationMethod[]

/** Levels of assurance, after NIST SP 800-63B: one factor, or several. */
export const assuranceLevels = ['aal1', 'aal2'] as const

export type AssuranceLevel = (typeof assuranceLevels)[number]

/** When and how the user of a session last authenticated, which a refresh does not change. */
export interface AuthenticationContext {
  /** The sign-in, or a later confirmation of the user's identity; milliseconds since the epoch. */
  authenticatedAt: number
  methods: AuthenticationMethod[]
}

/** Reads methods that are separated by spaces. */
export function methodsOf(text: string): AuthenticationMethod[] {
  return wordsOf(text).filter((method): method is AuthenticationMethod => known.includes(method))
}

/** Adds methods. A password and a code or a passkey are several factors, and so is a passkey with user verification. */
export function combineMethods(methods: AuthenticationMethod[], added: AuthenticationMethod[]): AuthenticationMethod[] {
  const used = new Set([...methods, ...added])
  const hasPasskey = used.has('hwk') || used.has('swk')
  if (used.has('pwd') && (used.has('otp') || hasPasskey)) used.add('mfa')
  if (hasPasskey && used.has('user')) used.add('mfa')
  return [...used]
}

export function levelOf({ methods }: Pick<AuthenticationContext, 'methods'>): AssuranceLevel {
  return methods.includes('mfa') ? 'aal2' : 'aal1'
}

/** The claims of an authentication (OpenID Connect Core 2). `auth_time` is in seconds since the epoch. */
export function contextClaimsOf({ authenticatedAt, methods }: AuthenticationContext) {
  return { auth_time: Math.floor(authenticatedAt / 1000), amr: methods, acr: levelOf({ methods }) }
}
