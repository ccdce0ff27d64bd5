import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * What the list holds of each password: so many bytes of its hash. With n entries one password in
 * 2^40 / n is refused without being common.
 */
export const entryBytes = 5

/** By the package's own name, so that it is found from the sources and from the build alike. */
export const commonPasswordsFile = join(
  dirname(createRequire(import.meta.url).resolve('latchkey/package.json')),
  'assets/common-passwords.bin',
)

/** Who guesses `password1` guesses `PassWord1` next: case makes no difference here. */
export function foldPassword(password: string): string {
  return password.normalize('NFC').toLowerCase().normalize('NFC')
}

/** The entry that a password would have in the list. */
export function entryOf(password: string): Buffer {
  return hash('sha256', foldPassword(password), 'buffer').subarray(0, entryBytes)
}

export type CommonPasswords = Awaited<ReturnType<typeof readCommonPasswords>>

/** Reads the list, which `scripts/blocklist.ts` has made: entries in order, one behind the other. */
export async function readCommonPasswords() {
  const list = await readFile(commonPasswordsFile)
  const count = list.length / entryBytes
  const entryAt = (index: number) => list.readUIntBE(index * entryBytes, entryBytes)

  return {
    /** How many are known. */
    count,

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
