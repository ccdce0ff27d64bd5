import { randomBytes, timingSafeEqual } from 'node:crypto'
import { uuidToBytes, bytesToUuid } from '../lib/uuid.ts'

/**
 * What stands behind the # of a link: which row it belongs to, and 256 random bits.
 * @param id a UUID
 */
export function newLinkToken(prefix: string, id: string): string {
  return prefix + Buffer.concat([uuidToBytes(id), randomBytes(32)]).toString('base64url')
}

/** Which row a token belongs to, if it is one. It proves nothing. */
export function idOfLinkToken(prefix: string, token: string): string | undefined {
  const bytes = Buffer.from(token.startsWith(prefix) ? token.slice(prefix.length) : '', 'base64url')
  return bytes.length === 48 ? bytesToUuid(bytes) : undefined
}

/** As long for whatever is wrong. @param kept undefined for nothing, which is never the same */
export function isSameSecret(kept: string | undefined, shown: string): boolean {
  const [a, b] = [Buffer.from(kept ?? ''), Buffer.from(shown)]
  return kept !== undefined && a.length === b.length && timingSafeEqual(a, b)
}
