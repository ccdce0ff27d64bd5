import { ApiError } from '../errors/index.ts'
import { missingSecondFactor } from './errors.ts'
import { type AssuranceLevel, levelOf } from './methods.ts'
import type { Principal } from './principal.ts'

/** How recently and how the user of a session must have authenticated. */
export interface AuthenticationRequirement {
  /** In seconds. Default: 15 minutes. */
  maxAge?: number
  /** Default: `aal2` if the account has a second factor, else `aal1`. */
  acr?: AssuranceLevel
}

/** In seconds. */
export const defaultMaxAge = 15 * 60

/**
 * Demands that the user has recently authenticated in this session, by default with a second factor if the account has
 * one.
 * @param now milliseconds since the epoch
 * @throws {ApiError} 401 `insufficient_user_authentication` (RFC 9470); 403 `second_factor_required` if `acr` demands a
 * second factor and the account has none, so that authenticating again would not help
 */
export function demandRecentAuthentication(
  principal: Principal,
  now: number,
  { maxAge = defaultMaxAge, acr = principal.hasSecondFactor ? 'aal2' : 'aal1' }: AuthenticationRequirement = {},
): void {
  const { session, hasSecondFactor } = principal
  if (acr === 'aal2' && !hasSecondFactor) throw missingSecondFactor(principal)
  // An authentication in the future comes from before the clock was set back, and must not stay recent until then.
  const isRecent = Math.abs(now - session.authenticatedAt) < maxAge * 1000
  if (isRecent && (acr === 'aal1' || levelOf(session) === acr)) return
  const wanted = `acr_values="${acr}", max_age="${maxAge}"`
  throw new ApiError('insufficient_user_authentication', {
    headers: { 'www-authenticate': `Bearer error="insufficient_user_authentication", ${wanted}` },
  })
}

/**
 * Demands a recent authentication with the second factor, if the account has one. Otherwise, the operation itself
 * requires the password.
 * @param now milliseconds since the epoch
 * @throws {ApiError} 401 `insufficient_user_authentication` (RFC 9470)
 */
export function demandRecentSecondFactor(principal: Principal, now: number): void {
  if (principal.hasSecondFactor) demandRecentAuthentication(principal, now)
}
