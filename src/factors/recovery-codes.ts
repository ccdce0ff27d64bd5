import { hash, randomBytes } from 'node:crypto'
import type { MasterKey } from '../keys/index.ts'
import { isSameSecret } from '../one-time-tokens/index.ts'
import type { Reader, Writer } from '../store/index.ts'
import type { Availability, SealedTable } from './reseal.ts'

/** The labels of the key derivation must never change. */
export const sealedCodes: SealedTable = { table: 'recovery_codes', key: 'user_id', purpose: 'recovery codes' }

const codesPerUser = 10

/** Base32 (RFC 4648 6) in lower case, which has no 0, 1, 8 and 9: they look like letters. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** 80 bits of entropy. */
const charactersPerCode = 16

/** The number of unused recovery codes, and the time at which they were created; milliseconds since the epoch. */
export interface RecoveryCodeCount {
  codesLeft: number
  createdAt: number
}

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>

/**
 * Codes for users who have lost their second factor, each valid once. Only their hashes are stored, encrypted: unlike
 * HMACs under the master key, they survive a change of that key. Transactions must have locked the user's row.
 */
export function createRecoveryCodes({ masterKey, now }: Dependencies) {
  /** @returns undefined if they cannot be decrypted */
  async function hashesOf(db: Reader, userId: string): Promise<string[] | undefined> {
    const row = await db.selectFrom('recovery_codes').select('sealed').where('user_id', '=', userId).executeTakeFirst()
    if (row === undefined) return []
    const text = masterKey.open(sealedCodes.purpose, userId, row.sealed)
    return text === undefined ? undefined : JSON.parse(text)
  }

  function columnsFor(userId: string, hashes: string[]) {
    return { sealed: masterKey.seal(sealedCodes.purpose, userId, JSON.stringify(hashes)), codes_left: hashes.length }
  }

  async function remove(db: Writer, userId: string): Promise<void> {
    await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
  }

  return {
    /** Creates new codes, which replace the previous ones. @returns the codes, which cannot be read again */
    async replace(db: Writer, userId: string): Promise<string[]> {
      const codes = Array.from({ length: codesPerUser }, newCode)
      const columns = columnsFor(userId, codes.map(hashOf))
      await remove(db, userId)
      await db
        .insertInto('recovery_codes')
        .values({ user_id: userId, ...columns, created_at: now() })
        .execute()
      return codes.map(grouped)
    },

    /**
     * Uses a code up.
     * @param code normalized, in lower case
     * @returns the number of codes left; undefined if the code is wrong or was already used
     */
    async use(db: Writer, userId: string, code: string): Promise<number | undefined> {
      const hashes = (await hashesOf(db, userId)) ?? []
      const presented = hashOf(code)
      const left = hashes.filter((stored) => !isSameSecret(stored, presented))
      if (left.length === hashes.length) return undefined
      await db.updateTable('recovery_codes').set(columnsFor(userId, left)).where('user_id', '=', userId).execute()
      return left.length
    },

    /** Whether there are unused codes that can be verified. */
    async availability(db: Reader, userId: string): Promise<Availability> {
      const hashes = await hashesOf(db, userId)
      if (hashes === undefined) return 'unreadable'
      return hashes.length === 0 ? 'none' : 'available'
    },

    /** @returns undefined if the user has never had recovery codes, or has removed the second factors */
    count: (db: Reader, userId: string): Promise<RecoveryCodeCount | undefined> =>
      db
        .selectFrom('recovery_codes')
        .select(['codes_left as codesLeft', 'created_at as createdAt'])
        .where('user_id', '=', userId)
        .executeTakeFirst(),

    remove,
  }
}

function newCode() {
  return Array.from(randomBytes(charactersPerCode), (byte) => alphabet.charAt(byte % alphabet.length)).join('')
}

/** A fast hash is enough for a random code of 80 bits that is also encrypted. */
function hashOf(code: string) {
  return hash('sha256', code, 'base64url')
}

/** `k3vq7zt2mx4pa5hd` -> `k3vq-7zt2-mx4p-a5hd`. */
function grouped(code: string) {
  return code.replace(/(?<=^(?:.{4})+)(?=.)/g, '-')
}
