/* Credentials issued before a backup, and how they end. */
import type { FastifyInstance } from 'fastify'
import { decodeProtectedHeader } from 'jose'
import type { Test } from 'tap'
import { getMe, refresh, signIn, type TokenResponse } from './build.ts'
import { tokenOf, type Mailbox } from './mailbox.ts'
import { invalidCode, registerVerified, resetMail, resetWith, summaryOf } from './recovery.ts'

export type IssuedCredentials = Awaited<ReturnType<typeof issueCredentials>>

/** Creates two sessions of ada and a link that resets her password. */
export async function issueCredentials(app: FastifyInstance, mailbox: Mailbox) {
  await registerVerified(app, mailbox)
  const one = (await signIn(app, 'ada')).json<TokenResponse>()
  const other = (await signIn(app, 'ada')).json<TokenResponse>()
  return { one, other, link: tokenOf(await resetMail(app, mailbox)) }
}

/** Signs one session out and uses the link, which ends the other. */
export async function endCredentials(app: FastifyInstance, { one, link }: IssuedCredentials) {
  await app.inject({ method: 'POST', url: '/auth/revoke', payload: { token: one.refresh_token } })
  await resetWith(app, { token: link })
}

/** Asserts that no credential is valid, and that ada signs in with her password at the time of the backup. */
export async function assertEnded(t: Test, app: FastifyInstance, { one, other, link }: IssuedCredentials) {
  for (const { access_token, refresh_token } of [one, other]) {
    t.equal((await getMe(app, access_token)).statusCode, 401)
    t.equal((await refresh(app, refresh_token)).statusCode, 400)
  }
  t.strictSame(summaryOf(await resetWith(app, { token: link })), invalidCode)
  const again = (await signIn(app, 'ada')).json<TokenResponse>()
  t.equal((await getMe(app, again.access_token)).statusCode, 200)
  const kids = (await app.inject('/auth/jwks.json')).json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid)
  t.strictSame(kids, [decodeProtectedHeader(again.access_token).kid], 'the only key is a new one')
  t.not(kids[0], decodeProtectedHeader(one.access_token).kid)
}
