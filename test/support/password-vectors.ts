import { readFileSync } from 'node:fs'

interface Vector {
  /** What made it, with its version. */
  library: string
  scheme: string
  password: string
  /** Others that the library itself took for the same. */
  also: string[]
  hash: string
}

/** Hashes by the real libraries; ../passwords/fixtures/make-hashes.py says how they were made. */
export const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../passwords/fixtures/password-hashes.json', import.meta.url), 'utf8'),
)
