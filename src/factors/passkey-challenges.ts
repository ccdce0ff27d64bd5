import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../keys/index.ts'
import type { SingleUseToken } from './used-tokens.ts'

/** The label of the key derivation, which must never change. */
const macPurpose = 'passkey challenges'

/**
 * The bytes of a challenge: format version, time of issue, random id, and an HMAC-SHA-256 of all these and of the
 * purpose. The constants are offsets.
 */
const issuedAtAt = 1
const idAt = issuedAtAt + 6
const macAt = idAt + 16
const challengeBytes = macAt + 32
const currentVersion = 1

export const challengeLifetimeMs = 5 * 60 * 1000

/** The one request that may answer a challenge. */
export type ChallengePurpose =
  | { kind: 'registration' | 'reauthentication'; userId: string }
  | { kind: 'sign_in' }
  | { kind: 'second_factor'; mfaToken: string }

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type PasskeyChallenges = ReturnType<typeof createPasskeyChallenges>

/**
 * The challenges that passkeys sign (WebAuthn Level 3, 13.4.3). Each is valid for one purpose and five minutes. They
 * are authenticated, so that only their use has to be stored.
 */
export function createPasskeyChallenges({ masterKey, now }: Dependencies) {
  return {
    /** @returns a challenge in base64url */
    issue(purpose: ChallengePurpose): string {
      const head = Buffer.alloc(macAt)
      head.writeUInt8(currentVersion)
      head.writeUIntBE(now(), issuedAtAt, idAt - issuedAtAt)
      randomBytes(macAt - idAt).copy(head, idAt)
      return Buffer.concat([head, masterKey.mac(macPurpose, head, bytesOf(purpose))]).toString('base64url')
    },

    /**
     * @param challenge in base64url
     * @returns undefined if the challenge is not ours, was issued for another purpose or has expired
     */
    open(challenge: string, purpose: ChallengePurpose): SingleUseToken | undefined {
      const bytes = Buffer.from(challenge, 'base64url')
      if (bytes.length !== challengeBytes || bytes[0] !== currentVersion) return undefined
      const head = bytes.subarray(0, macAt)
      if (!masterKey.isMac(macPurpose, bytes.subarray(macAt), head, bytesOf(purpose))) return undefined
      const issuedAt = head.readUIntBE(issuedAtAt, idAt - issuedAtAt)
      // A challenge from the future comes from before the clock was set back, and must not stay valid until then.
      if (Math.abs(now() - issuedAt) >= challengeLifetimeMs) return undefined
      return { id: head.toString('base64url', idAt), expiresAt: issuedAt + challengeLifetimeMs }
    },
  }
}

function bytesOf(purpose: ChallengePurpose): Buffer {
  const { kind } = purpose
  if (kind === 'sign_in') return Buffer.from(JSON.stringify([kind]))
  return Buffer.from(JSON.stringify([kind, kind === 'second_factor' ? purpose.mfaToken : purpose.userId]))
}
