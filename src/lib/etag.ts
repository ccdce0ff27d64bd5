import { createHash } from 'node:crypto'

/** The entity tag of a body (RFC 9110 8.8.3). */
export function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`
}

/** Whether `If-None-Match`, a list that is compared weakly (RFC 9110 13.1.2), names the entity tag. */
export function matchesEtag(etag: string, header: string | undefined): boolean {
  return header !== undefined && header.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')))
}
