import { v4 as uuidv4 } from 'uuid'
import { ApiError } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { UserRow } from '../store/index.ts'

const prefix = 'mt_'

/** The label of the key derivation, which must never change. */
const sealPurpose = 'mfa tokens'

const lifetimeMs = 5 * 60 * 1000

type Versions = Pick<UserRow, 'id' | 'password_version' | 'factors_version'>

/** A sign-in whose password was correct and that lacks the second factor. */
export interface UnfinishedSignIn {
  /** The requested scopes, separated by spaces. */
  scope: string
  /** The device token that was sent with the password. */
  deviceToken?: string | undefined
  /** The message to the owner that is sent unless the sign-in is finished. */
  noticeId?: string | undefined
}

interface Content extends UnfinishedSignIn {
  id: string
  userId: string
  passwordVersion: number
  factorsVersion: number
  /** Milliseconds since the epoch. */
  issuedAt: number
}

/** The content of a valid token. */
export interface MfaToken extends Content {
  /** Milliseconds since the epoch. */
  expiresAt: number
}

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type MfaTokens = ReturnType<typeof createMfaTokens>

/**
 * Tokens that continue a sign-in after its password was checked. They are encrypted, so that nothing has to be stored,
 * and become invalid when the password or the factors change.
 */
export function createMfaTokens({ masterKey, now }: Dependencies) {
  return {
    issue(user: Versions, signIn: UnfinishedSignIn): string {
      const content: Content = {
        ...signIn,
        id: uuidv4(),
        userId: user.id,
        passwordVersion: user.password_version,
        factorsVersion: user.factors_version,
        issuedAt: now(),
      }
      return prefix + masterKey.seal(sealPurpose, '', JSON.stringify(content))
    },

    /** @returns undefined if the token is not ours or has expired */
    read(token: string): MfaToken | undefined {
      const text = token.startsWith(prefix) ? masterKey.open(sealPurpose, '', token.slice(prefix.length)) : undefined
      if (text === undefined) return undefined
      const content: Content = JSON.parse(text)
      // A token from the future comes from before the clock was set back, and must not stay valid until then.
      const isCurrent = Math.abs(now() - content.issuedAt) < lifetimeMs
      return isCurrent ? { ...content, expiresAt: content.issuedAt + lifetimeMs } : undefined
    },

    /** Whether the token belongs to this user, with their current password and factors. */
    isOf: ({ userId, passwordVersion, factorsVersion }: MfaToken, user: Versions): boolean =>
      userId === user.id && passwordVersion === user.password_version && factorsVersion === user.factors_version,
  }
}

export function invalidMfaToken() {
  return new ApiError('invalid_mfa_token', {
    errors: [{ path: '/mfa_token', message: 'has expired or was already used' }],
  })
}
