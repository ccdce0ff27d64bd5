import { ApiError } from '../errors/index.ts'
import type { Principal } from './principal.ts'

/** What changes credentials requires an authentication within this time. */
export const maxAuthenticationAgeSeconds = 15 * 60

/**
 * Demands that the user has recently authenticated in this session, with a second factor if the account has one.
 * @param now milliseconds since the epoch
 * @throws {ApiError} 401 `insufficient_user_authentication` (RFC 9470)
 */
export function demandRecentAuthentication(
  { session: { authenticatedAt, methods }, hasSecondFactor }: Principal,
  now: number,
): void {
  const isRecent = now - authenticatedAt < maxAuthenticationAgeSeconds * 1000
  if (isRecent && (!hasSecondFactor || methods.includes('mfa'))) return
  const wanted = `acr_values="${hasSecondFactor ? 'aal2' : 'aal1'}", max_age="${maxAuthenticationAgeSeconds}"`
  throw new ApiError('insufficient_user_authentication', {
    headers: { 'www-authenticate': `Bearer error="insufficient_user_authentication", ${wanted}` },
  })
}
