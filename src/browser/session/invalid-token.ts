/**
 * Whether a response says that the access token is invalid or has expired (RFC 6750 3.1). Not every service sends the
 * code, and across origins the header can be hidden; then only a request that is safe to repeat counts.
 */
export function isInvalidToken(method: string, status: number, challenge: string | null | undefined): boolean {
  if (status !== 401) return false
  if (challenge?.includes('error=')) return challenge.includes('invalid_token')
  return ['GET', 'HEAD'].includes(method.toUpperCase())
}
