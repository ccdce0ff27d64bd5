import type { Reading } from './formats.ts'

// The last characters of the salt and of the key carry two and four bits; others are never verified, by anybody.
const form = /^(?:bcrypt\$)?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26])$/

/** As much as a round of bcrypt is, in KiB times passes of argon2: measured side by side. */
const workOfRound = 90

/**
 * Bcrypt, `$2x$` apart, which is of a program that was at fault; Django's documentation ("Password
 * management") adds `bcrypt$` in front. It reads 72 bytes of a password and so does this, or people
 * with a longer one would not get in as before.
 * @returns undefined for what does not look like one
 */
export function readBcrypt(stored: string): Reading | undefined {
  if (!/^(bcrypt\$)?\$2/.test(stored)) return undefined
  const [, hash, cost] = form.exec(stored) ?? []
  if (hash === undefined) return 'is not a whole hash of bcrypt ($2a$, $2b$ or $2y$)'
  if (Number(cost) < 4 || Number(cost) > 14) return 'has a bcrypt cost beyond 4 to 14'
  return {
    scheme: 'bcrypt',
    work: workOfRound * 2 ** Number(cost),
    // Loaded on use: most installations have no bcrypt hashes.
    verify: async (typed) => {
      const { verify } = await import('@node-rs/bcrypt')
      return verify(typed, hash)
    },
  }
}
