/* Accounts with second factors, and the codes of their authenticator apps. */
import type { FastifyInstance } from 'fastify'
import { Secret, TOTP } from 'otpauth'
import { ask, type Method } from './administration.ts'
import { type Clock, postForm, register, signIn, type TokenResponse } from './build.ts'

export { outcomeOf } from './outcome.ts'

export const mfaGrant = 'urn:latchkey:grant-type:mfa'

/** One time step of a code. */
export const step = 30_000

export interface EnrolledUser {
  username: string
  /** The access token of the session that added the factor. */
  accessToken: string
  deviceId: string
  /** In base32. */
  secret: string
  recoveryCodes: string[]
}

/** The code that an authenticator app shows. */
export function codeAt(secret: string, time: number): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: time })
}

/** A code that is wrong now. */
export function wrongCodeAt(secret: string, time: number): string {
  const valid = [-step, 0, step].map((difference) => codeAt(secret, time + difference))
  return ['000000', '000001', '000002', '000003'].find((code) => !valid.includes(code)) ?? ''
}

/** Milliseconds since the epoch in whole seconds, as in tokens. */
export function toSeconds(time: number): number {
  return Math.floor(time / 1000)
}

/** Sends a request about the user's own account. */
export function asUser(app: FastifyInstance, token: string, method: Method, path: string, payload?: object) {
  return ask(app, token, method, `/users/me${path}`, payload)
}

/** Adds and confirms an authenticator app. The code of the current step is used up. */
export async function addDevice(app: FastifyInstance, clock: Clock, token: string, name = 'Phone') {
  const added = (await asUser(app, token, 'POST', '/totp', { name })).json<{ id: string; secret: string }>()
  const otp = codeAt(added.secret, clock.now())
  const confirmed = await asUser(app, token, 'POST', `/totp/${added.id}/confirm`, { otp })
  const { recovery_codes: recoveryCodes = [] } = confirmed.json<{ recovery_codes?: string[] }>()
  return { ...added, recoveryCodes, confirmed }
}

/** Registers a user with an authenticator app, and waits for its next code. */
export async function enrolled(app: FastifyInstance, clock: Clock, username: string): Promise<EnrolledUser> {
  await register(app, username, { email: `${username}@example.com` })
  const { access_token: accessToken } = (await signIn(app, username)).json<TokenResponse>()
  const { id: deviceId, secret, recoveryCodes } = await addDevice(app, clock, accessToken)
  clock.advance(step)
  return { username, accessToken, deviceId, secret, recoveryCodes }
}

/** Enters the password without a code. @returns the token that continues the sign-in */
export async function mfaTokenOf(app: FastifyInstance, username: string, more: Record<string, string> = {}) {
  return (await signIn(app, username, more)).json<{ mfa_token: string }>().mfa_token
}

/** Continues a sign-in with a code. */
export function continueWith(app: FastifyInstance, mfaToken: string, otp: string) {
  return postForm(app, '/auth/token', { grant_type: mfaGrant, mfa_token: mfaToken, otp })
}
