import { randomBytes } from 'node:crypto'
import argon2 from 'argon2'
import { argon2Strength, argon2Work } from './formats/argon2.ts'
import { readHash } from './formats/formats.ts'
import type { HashQueue, HashRequest } from './hash-queue.ts'

/** The cost of one hash (RFC 9106 4). */
export interface HashingCost {
  memoryKib: number
  passes: number
  lanes: number
}

/**
 * Hashes passwords with argon2id (RFC 9106), and verifies them against argon2id and the hashes of other systems. Every
 * hash passes the queue, which may reject it with 503.
 */
export function createHashing(cost: HashingCost, queue: HashQueue) {
  const options = { type: argon2.argon2id, memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.lanes }

  // The beginning of every hash of this cost, version 1.3 of argon2.
  const currentPrefix = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$`

  // Verified for unknown usernames, so that response times do not reveal which accounts exist. Its salt and key are
  // as long as those of a real hash.
  const dummyHash = `${currentPrefix}${toBase64(randomBytes(16))}$${toBase64(randomBytes(32))}`
  const neverMatching = {
    work: argon2Work(cost),
    verify: async (typed: string) => {
      await argon2.verify(dummyHash, typed)
      return false
    },
  }

  return {
    /** Normalized to NFC, so that a password typed on two keyboards is the same (NIST SP 800-63B-4 3.1.1.2). */
    hash: (password: string, request: HashRequest): Promise<string> =>
      queue.run(request, 1, () => argon2.hash(password.normalize('NFC'), options)),

    /**
     * Compares the password normalized, as it is hashed here, and as typed, as other systems hash it.
     * @param stored the account's hash, or undefined when there is no such account
     */
    verify(password: string, stored: string | undefined, request: HashRequest): Promise<boolean> {
      const { work, verify } = readHash(stored ?? '') ?? neverMatching
      const spellings = [...new Set([password.normalize('NFC'), password])]
      return queue.run(request, (spellings.length * work) / neverMatching.work, async () => {
        for (const typed of spellings) {
          if (await verify(typed)) return true
        }
        return false
      })
    },

    /**
     * Whether a hash should be replaced when the password is next known: it has another scheme or cost, and costs an
     * attacker no more than a new one.
     */
    needsRehash: (stored: string) =>
      !stored.startsWith(currentPrefix) && (readHash(stored)?.strength ?? 0) <= argon2Strength(cost),
  }
}

/** Base64 without padding, as argon2 writes it. */
function toBase64(bytes: Buffer) {
  return bytes.toString('base64').replace(/=+$/, '')
}
