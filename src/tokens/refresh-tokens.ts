import type { MasterKey } from '../keys/index.ts'
import { bytesToUuid, uuidToBytes } from '../lib/uuid.ts'

const prefix = 'rt_'
const version = 1
const purpose = 'refresh tokens'

/**
 * The bytes of a token: format version, session's UUID, generation, and an HMAC-SHA-256 of these and the session's
 * nonce. `macAt` is the offset of the MAC.
 */
const macAt = 1 + 16 + 4
const length = macAt + 32

/** The values that a refresh token is derived from. */
export interface Generation {
  /** The id of the session. */
  id: string
  /** The number of refreshes of the session so far. */
  generation: number
  /** Random bits of the session, base64url. They are in the database and in no token. */
  nonce: string
}

export type RefreshTokens = ReturnType<typeof createRefreshTokens>

/**
 * Refresh tokens: `rt_`, then version, session, generation and MAC in base64url. A token is derived from the session's
 * row whenever it is needed, so no token is stored.
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

    /** @returns the content, unverified until `isOf` returns true; undefined for another kind of token */
    read(token: string) {
      if (!token.startsWith(prefix)) return undefined
      const text = token.slice(prefix.length)
      const bytes = Buffer.from(text, 'base64url')
      // The last character of base64url has unused bits. Only one spelling of a token is accepted.
      if (bytes.length !== length || bytes[0] !== version || bytes.toString('base64url') !== text) return undefined
      return {
        id: bytesToUuid(bytes.subarray(1)),
        generation: bytes.readUInt32BE(17),
        /** Whether this service issued the token for the session with this nonce. */
        isOf: (nonce: string) =>
          nonce !== '' &&
          masterKey.isMac(purpose, bytes.subarray(macAt), bytes.subarray(0, macAt), Buffer.from(nonce, 'base64url')),
      }
    },
  }
}
