import type { MasterKey } from '../keys/index.ts'
import { bytesToUuid, uuidToBytes } from '../lib/uuid.ts'

const prefix = 'rt_'
const version = 1
const purpose = 'refresh tokens'

/** Bytes: a version, the session's UUID, its generation, and HMAC-SHA-256 of these and the session's nonce. */
const macAt = 1 + 16 + 4
const length = macAt + 32

/** The values from which a refresh token is derived. */
export interface Generation {
  /** The id of the session. */
  id: string
  /** How many times the session has been refreshed. */
  generation: number
  /** The random bits of the session, which are in the database and in no token; base64url. */
  nonce: string
}

export type RefreshTokens = ReturnType<typeof createRefreshTokens>

/**
 * Refresh tokens: `rt_` and base64url of version, session, generation and MAC. They are derived from the session's row
 * whenever they are needed, so that none is stored.
 */
export function createRefreshTokens({ masterKey }: { masterKey: MasterKey }) {
  return {
    issue({ id, generation, nonce }: Generation): string {
      const head = Buffer.alloc(macAt)
      head.writeUInt8(version, 0)
      uuidToBytes(id).copy(head, 1)
      head.writeUInt32BE(generation, 17)
      return (
        prefix +
        Buffer.concat([head, masterKey.mac(purpose, head, Buffer.from(nonce, 'base64url'))]).toString('base64url')
      )
    },

    /** @returns the content, which is unverified until `isOf` has confirmed it; undefined for another kind of token */
    read(token: string) {
      if (!token.startsWith(prefix)) return undefined
      const text = token.slice(prefix.length)
      const bytes = Buffer.from(text, 'base64url')
      // One spelling for each: base64url has slack in its last character.
      if (bytes.length !== length || bytes[0] !== version || bytes.toString('base64url') !== text) return undefined
      return {
        id: bytesToUuid(bytes.subarray(1)),
        generation: bytes.readUInt32BE(17),
        /** Whether it was issued here, for the session with this nonce. */
        isOf: (nonce: string) =>
          nonce !== '' &&
          masterKey.isMac(purpose, bytes.subarray(macAt), bytes.subarray(0, macAt), Buffer.from(nonce, 'base64url')),
      }
    },
  }
}
