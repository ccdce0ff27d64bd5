/* Requests of administrators, and of users who try to be one. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { register, secretFor, signIn, type TokenResponse } from './build.ts'
import { tokenOf, type Mailbox } from './mailbox.ts'
import { bearer } from './recovery.ts'

export { outcomeOf } from './outcome.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** @param path without the prefix */
export function ask(app: FastifyInstance, token: string, method: Method, path: string, payload?: object) {
  return app.inject({
    method,
    url: `/auth${path}`,
    headers: bearer(token),
    ...(payload === undefined ? {} : { payload }),
  })
}

/** Creates a user with these scopes. @returns the user, signed in with all of them */
export async function userWithScopes(
  app: FastifyInstance,
  change: (statement: string) => Promise<void>,
  scopes: string,
  username = `user ${randomUUID().slice(0, 8)}`,
) {
  const { id } = (await register(app, username)).json<{ id: string }>()
  await change(`update users set scopes = '${scopes}' where id = '${id}'`)
  const { access_token: token } = (
    await signIn(app, username, { scope: `account ${scopes}`.trim() })
  ).json<TokenResponse>()
  return { id, username, token }
}

/** Invites by e-mail. @returns the invitation, its message and the token that `accept` needs */
export async function invited(
  app: FastifyInstance,
  mailbox: Mailbox,
  token: string,
  invitation: { email: string; name?: string; scopes?: string[] },
) {
  const response = await ask(app, token, 'POST', '/invitations', invitation)
  if (response.statusCode !== 201) throw new Error(`Not invited: ${response.body}`)
  const mail = (await mailbox.collect(app)).find(({ to }) => to === invitation.email)
  return { id: response.json<{ id: string }>().id, mail, token: tokenOf(mail) }
}

export function accept(app: FastifyInstance, token: string, username = 'grace', more: object = {}) {
  return app.inject({
    method: 'POST',
    url: '/auth/invitations/accept',
    payload: { token, username, password: secretFor(username), ...more },
  })
}
