/* Requests of users who have forgotten their password or choose another one. */
import type { FastifyInstance } from 'fastify'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import { register, secretFor } from './build.ts'
import { tokenOf, type Mailbox } from './mailbox.ts'
import type { Mail } from '../../src/mail/transport.ts'

export const newPassword = secretFor('another one')

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export function askReset(app: FastifyInstance, username: string, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/auth/password-reset', headers, payload: { username } })
}

/** Confirms a reset with a token, or with username and code; the password defaults to `newPassword`. */
export function resetWith(app: FastifyInstance, proof: object) {
  return app.inject({
    method: 'POST',
    url: '/auth/password-reset/confirm',
    payload: { new_password: newPassword, ...proof },
  })
}

/** Requests a reset. @returns the only message with a link, or undefined */
export async function resetMail(app: FastifyInstance, mailbox: Mailbox, username = 'ada'): Promise<Mail | undefined> {
  await askReset(app, username)
  const [mail, ...others] = (await mailbox.collect(app)).filter((mail) => tokenOf(mail) !== '')
  if (others.length > 0) throw new Error('There is more than one mail with a link.')
  return mail
}

/** Registers a user and verifies the address. */
export async function registerVerified(
  app: FastifyInstance,
  mailbox: Mailbox,
  username = 'ada',
  email = 'ada@example.com',
) {
  await register(app, username, { email })
  const mail = (await mailbox.collect(app)).find(({ to }) => to === email)
  const response = await confirmEmail(app, { token: tokenOf(mail), current_password: secretFor(username) })
  if (response.statusCode !== 204) throw new Error(`${email} was not verified: ${response.body}`)
}

export function confirmEmail(app: FastifyInstance, body: object, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/auth/email-verification/confirm', headers, payload: body })
}

export function changeAccount(app: FastifyInstance, token: string, body: object) {
  return app.inject({ method: 'PATCH', url: '/auth/users/me', headers: bearer(token), payload: body })
}

export function changePassword(
  app: FastifyInstance,
  token: string,
  passwords: { current?: string; next?: string } = {},
) {
  const { current = secretFor('ada'), next = newPassword } = passwords
  return app.inject({
    method: 'POST',
    url: '/auth/users/me/password',
    headers: bearer(token),
    payload: { current_password: current, new_password: next },
  })
}

export function deleteAccount(app: FastifyInstance, token: string, password = secretFor('ada')) {
  const payload = { current_password: password }
  return app.inject({ method: 'POST', url: '/auth/users/me/delete', headers: bearer(token), payload })
}

/** The response to an invalid, used or expired link or code. */
export const invalidCode = [
  400,
  {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: errorCatalogue.invalid_code.detail,
    code: 'invalid_code',
  },
]

/** A response in a form to be compared with `invalidCode`. */
export function summaryOf({ statusCode, body }: { statusCode: number; body: string }) {
  return [statusCode, body === '' ? undefined : JSON.parse(body)]
}

/** Sends requests at the same time. @returns the number of responses by status */
export async function statusesOf(times: number, ask: (index: number) => PromiseLike<{ statusCode: number }>) {
  const counts: Record<number, number> = {}
  for (const { statusCode } of await Promise.all(Array.from({ length: times }, (_, index) => ask(index)))) {
    counts[statusCode] = (counts[statusCode] ?? 0) + 1
  }
  return counts
}
