import { randomBytes } from 'node:crypto'
import argon2 from 'argon2'
import { readHash } from './formats/formats.ts'
import type { Entrant, HashQueue } from './hash-queue.ts'

/** The cost of one hash (RFC 9106 4). */
export interface HashingCost {
  memoryKib: number
  passes: number
  lanes: number
}

export type Hashing = ReturnType<typeof createHashing>

/**
 * Hashes passwords with argon2id (RFC 9106), and verifies them against that and the hashes of other
 * systems. Whatever is computed passes the gate, which may refuse it: 503.
 */
export function createHashing(cost: HashingCost, gate: HashQueue) {
  const options = { type: argon2.argon2id, memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.lanes }

  // As argon2 writes it: version 1.3, and the cost in this order.
  const current = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$`

  // Verified for unknown usernames, so that response times do not reveal which accounts exist. Its salt and key are
  // as long as those of a real hash.
  const decoy = `${current}${toBase64(randomBytes(16))}$${toBase64(randomBytes(32))}`
  const refused = {
    work: cost.memoryKib * cost.passes,
    verify: async (typed: string) => {
      await argon2.verify(decoy, typed)
      return false
    },
  }

  return {
    /** NFC, so that one password typed on two keyboards is the same (NIST SP 800-63B-4 3.1.1.2). */
    hash: (password: string, entrant: Entrant): Promise<string> =>
      gate.pass(entrant, 1, () => argon2.hash(password.normalize('NFC'), options)),

    /**
     * As it is hashed here, and as it was typed, which is what other systems hash.
     * @param stored the account's hash, or undefined when there is no such account
     */
    verify(password: string, stored: string | undefined, entrant: Entrant): Promise<boolean> {
      const { work, verify } = readHash(stored ?? '') ?? refused
      const spellings = [...new Set([password.normalize('NFC'), password])]
      return gate.pass(entrant, (spellings.length * work) / refused.work, async () => {
        for (const typed of spellings) {
          if (await verify(typed)) return true
        }
        return false
      })
    },

    /** Whether a hash is to be made anew when its password is next known: of another scheme or cost. */
    isDated: (stored: string) => !stored.startsWith(current),
  }
}

/** Base64 without padding, as argon2 writes it. */
function toBase64(bytes: Buffer) {
  return bytes.toString('base64').replace(/=+$/, '')
}
