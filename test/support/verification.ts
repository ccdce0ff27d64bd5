/* Claims, verifies and changes e-mail addresses. */
import type { FastifyInstance } from 'fastify'
import { register, secretFor, signIn, type TokenResponse } from './build.ts'
import { codeOf, tokenOf, type Mailbox } from './mailbox.ts'
import { bearer, confirmEmail as confirm, resetWith } from './recovery.ts'

export { outcomeOf } from './outcome.ts'
export { askReset, changeAccount } from './recovery.ts'

interface OpenedService {
  app: FastifyInstance
  mailbox: Mailbox
}

/** Registers with an address. @returns the message, its link and its code */
export async function claimed({ app, mailbox }: OpenedService, username: string, email: string) {
  await register(app, username, { email })
  return nextProof({ app, mailbox })
}

/** The only message since the last call, with its link and its code. */
export async function nextProof({ app, mailbox }: OpenedService) {
  const [mail, ...others] = await mailbox.collect(app)
  if (mail === undefined || others.length > 0) {
    throw new Error(`There is not one mail, but ${mail === undefined ? 'none' : others.length + 1}.`)
  }
  return { mail, token: tokenOf(mail), code: codeOf(mail) }
}

/** Registers with an address and verifies it. */
export async function verified(built: OpenedService, username: string, email: string) {
  const { token } = await claimed(built, username, email)
  const { statusCode } = await confirmEmail(built.app, { token, current_password: secretFor(username) })
  if (statusCode !== 204) throw new Error(`${email} could not be verified.`)
}

/** Signs in and asserts success. @returns the access token */
export async function sessionOf(app: FastifyInstance, username: string, more: Record<string, string> = {}) {
  const response = await signIn(app, username, more)
  if (response.statusCode !== 200) throw new Error(`${username} could not sign in.`)
  return response.json<TokenResponse>().access_token
}

export function confirmEmail(app: FastifyInstance, payload: object, accessToken?: string) {
  return confirm(app, payload, headersOf(accessToken))
}

export function askVerification(app: FastifyInstance, payload: object, accessToken?: string) {
  return app.inject({ method: 'POST', url: '/auth/email-verification', headers: headersOf(accessToken), payload })
}

export function resetPassword(app: FastifyInstance, payload: object) {
  return resetWith(app, { new_password: secretFor('another'), ...payload })
}

/** Distinct codes that differ from this one. */
export function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${(Number(code) + 1 + index) % 100_000_000}`.padStart(8, '0'))
}

function headersOf(accessToken: string | undefined): Record<string, string> {
  return accessToken === undefined ? {} : bearer(accessToken)
}
