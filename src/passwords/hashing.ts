import { randomBytes } from 'node:crypto'
import argon2 from 'argon2'
import { argon2Strength, argon2Work } from './formats/argon2.ts'
import { readHash } from './formats/formats.ts'
import type { HashQueue, HashRequest } from './hash-queue.ts'

/** The cost parameters of a hash (RFC 9106 3.1): memory in KiB, passes over it, and parallel lanes. */
export interface HashingCost {
  memoryKib: number
  passes: number
  lanes: number
}

/**
 * Hashes passwords with argon2id (RFC 9106), and verifies them against argon2id hashes and the hashes of other systems.
 * @param cost the cost of new hashes
 * @param queue the queue that every hash passes; it rejects a hash with 503 when it is full
 */
export function createHashing(cost: HashingCost, queue: HashQueue) {
  const options = { type: argon2.argon2id, memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.lanes }

  // Every hash of this cost begins with this text. `v=19` is version 1.3 of argon2.
  const currentPrefix = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$`

  // Verified for unknown usernames, so that response times do not reveal which accounts exist. Salt and key have the
  // length of those of a real hash.
  const dummyHash = `${currentPrefix}${toBase64(randomBytes(16))}$${toBase64(randomBytes(32))}`
  const neverMatching = {
    work: argon2Work(cost),
    verify: async (typed: string) => {
      await argon2.verify(dummyHash, typed)
      return false
    },
  }

  return {
    /**
     * Hashes a password. It is normalized to NFC, so that a password typed on different keyboards has the same hash
     * (NIST SP 800-63B-4 3.1.1.2).
     * @param password the password as typed
     * @param request the origin of the hash
     * @throws {ApiError} 503 when the queue is full
     */
    hash: (password: string, request: HashRequest): Promise<string> =>
      queue.run(request, 1, () => argon2.hash(password.normalize('NFC'), options)),

    /**
     * Verifies a password, normalized as Latchkey hashes it, and as typed, which is what other systems hash.
     * @param password the password as typed
     * @param stored the account's hash, or undefined when there is no such account
     * @param request the origin of the hash
     * @throws {ApiError} 503 when the queue is full
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
     * Whether a hash should be replaced at the next sign-in: it has another scheme or cost than new hashes, and costs
     * an attacker at most as much as a new one.
     * @param stored the account's hash
     */
    needsRehash: (stored: string) =>
      !stored.startsWith(currentPrefix) && (readHash(stored)?.strength ?? 0) <= argon2Strength(cost),
  }
}

/** Encodes in base64 without padding, which the format of argon2 requires. */
function toBase64(bytes: Buffer) {
  return bytes.toString('base64').replace(/=+$/, '')
}
