import { createHash } from 'node:crypto'

/** Computes the entity tag of a body (RFC 9110 8.8.3). */
export function etagOf(body: string | Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`
}

/**
 * Whether `If-None-Match` names an entity tag. The comparison is weak (RFC 9110 13.1.2).
 * @param etag the entity tag of the response
 * @param header the value of `If-None-Match`, a list of entity tags or `*`
 */
export function matchesEtag(etag: string, header: string | undefined): boolean {
  return header !== undefined && header.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')))
}
