import { packageRequire } from '../../lib/package-files.ts'
import type { Reading } from './formats.ts'

// The last characters of salt and key carry two and four bits. No program verifies a hash with others.
const form = /^(?:bcrypt\$)?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26])$/

/** The cost of a round in KiB times passes of argon2, measured side by side. */
const workPerRound = 90

/**
 * Bcrypt without `$2x$`, which marks hashes of a faulty program. Django's documentation ("Password management") adds
 * `bcrypt$` in front. Only the first 72 bytes of a password count, in every implementation of bcrypt.
 * @returns undefined for another format
 */
export function readBcrypt(stored: string): Reading | undefined {
  if (!/^(bcrypt\$)?\$2/.test(stored)) return undefined
  const [, hash, cost] = form.exec(stored) ?? []
  if (hash === undefined) return 'is not a whole hash of bcrypt ($2a$, $2b$ or $2y$)'
  if (Number(cost) < 4 || Number(cost) > 14) return 'has a bcrypt cost beyond 4 to 14'
  return {
    scheme: 'bcrypt',
    work: workPerRound * 2 ** Number(cost),
    verify: async (typed) => loadBcrypt().verify(typed, hash),
  }
}

/**
 * Loads the library when it is first needed: most installations have no bcrypt hashes. Unlike `import()`, `require()`
 * does not remember that it has failed, for example for lack of file descriptors.
 */
function loadBcrypt(): typeof import('@node-rs/bcrypt') {
  return packageRequire('@node-rs/bcrypt')
}
