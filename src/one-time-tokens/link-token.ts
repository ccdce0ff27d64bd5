import { randomBytes, timingSafeEqual } from 'node:crypto'
import { bytesToUuid, uuidToBytes } from '../lib/uuid.ts'

/**
 * Creates the token after the # of a link: the id of its row, and 256 random bits.
 * @param id a UUID
 */
export function newLinkToken(prefix: string, id: string): string {
  return prefix + Buffer.concat([uuidToBytes(id), randomBytes(32)]).toString('base64url')
}

/** Reads the id of the row from a token. It is not verified. @returns undefined for anything but a token */
export function idOfLinkToken(prefix: string, token: string): string | undefined {
  const bytes = Buffer.from(token.startsWith(prefix) ? token.slice(prefix.length) : '', 'base64url')
  return bytes.length === 48 ? bytesToUuid(bytes) : undefined
}

/**
 * Compares in constant time.
 * @param stored undefined if there is no secret; the result is then false
 */
export function isSameSecret(stored: string | undefined, presented: string): boolean {
  const [a, b] = [Buffer.from(stored ?? ''), Buffer.from(presented)]
  return stored !== undefined && a.length === b.length && timingSafeEqual(a, b)
}
