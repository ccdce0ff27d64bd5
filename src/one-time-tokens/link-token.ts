import { randomBytes, timingSafeEqual } from 'node:crypto'
import { bytesToUuid, uuidToBytes } from '../lib/uuid.ts'

/**
 * Creates the token behind the # of a link: the identifier of its row, and 256 random bits.
 * @param id a UUID
 */
export function newLinkToken(prefix: string, id: string): string {
  return prefix + Buffer.concat([uuidToBytes(id), randomBytes(32)]).toString('base64url')
}

/** Reads which row a token belongs to, if it is a token. That proves nothing. */
export function idOfLinkToken(prefix: string, token: string): string | undefined {
  const bytes = Buffer.from(token.startsWith(prefix) ? token.slice(prefix.length) : '', 'base64url')
  return bytes.length === 48 ? bytesToUuid(bytes) : undefined
}

/**
 * Compares in constant time.
 * @param stored undefined when there is none, which equals nothing
 */
export function isSameSecret(stored: string | undefined, presented: string): boolean {
  const [a, b] = [Buffer.from(stored ?? ''), Buffer.from(presented)]
  return stored !== undefined && a.length === b.length && timingSafeEqual(a, b)
}
