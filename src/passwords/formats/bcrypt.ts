import { createHash, createHmac } from 'node:crypto'
import { packageRequire } from '../../lib/package-files.ts'
import type { Reading } from './formats.ts'

// The last characters of salt and key carry only two and four bits. No program verifies a hash that sets more.
const salt = /[./A-Za-z0-9]{21}[.Oeu]/.source
const key = /[./A-Za-z0-9]{30}[.CGKOSWaeimquy26]/.source
const modular = `\\$2[aby]\\$\\d\\d\\$${salt}${key}`

const forms = {
  plain: new RegExp(`^(?:bcrypt\\$)?(${modular})$`),
  django: new RegExp(`^bcrypt_sha256\\$(${modular})$`),
  wordpress: new RegExp(`^\\$wp(${modular})$`),
  passlib: new RegExp(`^\\$bcrypt-sha256\\$(v=2,t=)?(2[ab]),(?:r=)?([1-9]\\d?)\\$(${salt})\\$(${key})$`),
}

/** The work of a round, in KiB times passes of argon2, measured side by side. */
const workPerRound = 90

/** The strength of a round: OWASP considers cost 10 equal to argon2id with 19456 KiB and two passes. */
const strengthPerRound = 38

/**
 * Reads bcrypt, except `$2x$`, which marks hashes of a faulty program. Django adds the prefix `bcrypt$` (its
 * documentation, "Password management"). Every implementation of bcrypt ignores all but the first 72 bytes of a
 * password. Therefore Django (`bcrypt_sha256$`), passlib (`$bcrypt-sha256$`, both versions) and WordPress 6.8 (`$wp`)
 * hash a digest of the password.
 * @param stored the hash in the database
 * @returns undefined for any other format
 */
export function readBcrypt(stored: string): Reading | undefined {
  if (!/^((bcrypt(_sha256)?\$|\$wp)?\$2|\$bcrypt-sha256\$)/.test(stored)) return undefined
  const { hash, prepare } = readPlain(stored) ?? readDigested(stored) ?? readPasslib(stored) ?? {}
  if (hash === undefined || prepare === undefined) return 'is not a complete bcrypt hash ($2a$, $2b$ or $2y$)'
  const cost = Number(hash.slice(4, 6))
  if (cost < 4 || cost > 14) return 'has a bcrypt cost outside the range 4 to 14'
  return {
    scheme: 'bcrypt',
    work: workPerRound * 2 ** cost,
    strength: strengthPerRound * 2 ** cost,
    verify: async (typed) => loadBcrypt().verify(prepare(typed), hash),
  }
}

function readPlain(stored: string) {
  const [, hash] = forms.plain.exec(stored) ?? []
  return hash === undefined ? undefined : { hash, prepare: (typed: string) => typed }
}

function readDigested(stored: string) {
  const [, django] = forms.django.exec(stored) ?? []
  if (django !== undefined) {
    return { hash: django, prepare: (typed: string) => createHash('sha256').update(typed).digest('hex') }
  }
  const [, hash] = forms.wordpress.exec(stored) ?? []
  if (hash === undefined) return undefined
  return { hash, prepare: (typed: string) => createHmac('sha384', 'wp-sha384').update(typed).digest('base64') }
}

/** Reads the format of passlib. Version 1 hashes SHA-256 of the password, version 2 its HMAC-SHA-256 under the salt. */
function readPasslib(stored: string) {
  const [, second, prefix, cost = '', salt = '', key] = forms.passlib.exec(stored) ?? []
  if (key === undefined || (second === undefined) === stored.includes('r=')) return undefined
  return {
    hash: `$${prefix}$${cost.padStart(2, '0')}$${salt}${key}`,
    prepare: (typed: string) =>
      (second === undefined ? createHash('sha256') : createHmac('sha256', salt)).update(typed).digest('base64'),
  }
}

/**
 * Loads the library on first use, because most installations have no bcrypt hashes. Unlike `import()`, `require()`
 * tries again after a failure, for example for lack of file descriptors.
 */
function loadBcrypt(): typeof import('@node-rs/bcrypt') {
  return packageRequire('@node-rs/bcrypt')
}
