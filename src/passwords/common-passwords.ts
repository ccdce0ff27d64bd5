import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { packageFile } from '../lib/package-files.ts'

/**
 * The length of an entry, which is the beginning of a password's hash. With n entries, one password in 2^40 / n is
 * rejected although it is not common.
 */
export const entryBytes = 5

export const commonPasswordsFile = packageFile('assets/common-passwords.bin')

/** Folds the case of a password, since an attacker who tries `password1` tries `PassWord1` next. */
export function foldPassword(password: string): string {
  return password.normalize('NFC').toLowerCase().normalize('NFC')
}

/** Computes the entry that a password would have in the list. */
export function entryOf(password: string): Buffer {
  return hash('sha256', foldPassword(password), 'buffer').subarray(0, entryBytes)
}

export type CommonPasswords = Awaited<ReturnType<typeof readCommonPasswords>>

/** Reads the list that `scripts/blocklist.ts` creates, which consists of sorted entries without separators. */
export async function readCommonPasswords() {
  const list = await readFile(commonPasswordsFile)
  const count = list.length / entryBytes
  const entryAt = (index: number) => list.readUIntBE(index * entryBytes, entryBytes)

  return {
    /** The number of passwords in the list. */
    count,

    /** Whether a password is in the list, in any case. */
    has(password: string): boolean {
      const entry = entryOf(password).readUIntBE(0, entryBytes)
      let [low, high] = [0, count]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (entryAt(middle) < entry) low = middle + 1
        else high = middle
      }
      return low < count && entryAt(low) === entry
    },
  }
}
