import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { Origin } from '../../src/audit/index.ts'
import { demandTyped, faultsOf, linkOver, type Wordings, wrongCode } from './faults.ts'
import { type Outcome, type Page, Query, sendOutcome, sendPage, Typed } from './page.ts'
import { ask, confirmed, decide, disowned, sent, typeCode } from './views/verify-email.ts'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'confirm' | 'disown' | 'request'>({
    type: 'string',
    enum: ['open', 'confirm', 'disown', 'request'],
  }),
  token: Typed,
  username: Typed,
  code: Typed,
  password: Typed,
})
type Form = Static<typeof Form>

const url = '/verify-email'

const ofLink: Wordings = {
  wrong_password: { field: 'password', message: 'It is not the password of this account.' },
}

const ofCode: Wordings = {
  invalid_code: wrongCode,
  wrong_password: { field: 'password', message: 'It is not the password of an account with this name.' },
}

/** The page that the link in a verification mail opens. */
export const verifyEmailPage: FastifyPluginAsyncTypebox = async (scope) => {
  const { emailVerification } = scope.accounts
  const views = new Map<unknown, Page>([
    ['mail', ask()],
    ['sent', sent],
    ['confirmed', confirmed],
    ['disowned', disowned],
  ])

  scope.get(url, { schema: { hide: true, querystring: Query } }, async ({ query: { view } }, reply) =>
    sendPage(scope, reply, views.get(view) ?? typeCode()),
  )

  scope.post(url, { schema: { hide: true, querystring: Query, body: Form } }, async (request, reply) => {
    const { body } = request
    const origin = scope.originOf(request)
    switch (body.intent) {
      case 'open':
        return sendPage(scope, reply, await open(body.token ?? ''))
      case 'confirm':
        return sendOutcome(
          scope,
          reply,
          body.token === undefined ? await confirmByCode(body, origin) : await confirmByLink(body.token, body, origin),
        )
      case 'disown':
        return sendOutcome(scope, reply, await disown(body.token ?? '', origin))
      case 'request':
        return sendOutcome(scope, reply, await requestMail(body, origin))
    }
  })

  async function open(token: string): Promise<Page> {
    const claim = await emailVerification.open(token)
    return claim === undefined ? ask('', linkOver) : decide(token, claim)
  }

  async function confirmByLink(token: string, { password = '' }: Form, origin: Origin): Promise<Outcome> {
    try {
      demandTyped({ password })
      await emailVerification.confirm({ token, password }, undefined, origin)
      return { view: 'confirmed' }
    } catch (error) {
      const faults = faultsOf(error, ofLink)
      const claim = await emailVerification.open(token)
      return claim === undefined ? ask('', linkOver) : decide(token, claim, faults)
    }
  }

  async function confirmByCode(form: Form, origin: Origin): Promise<Outcome> {
    const typed = { username: form.username?.trim() ?? '', code: form.code?.trim() ?? '' }
    const { password = '' } = form
    try {
      demandTyped({ ...typed, password })
      await emailVerification.confirm({ ...typed, password }, undefined, origin)
      return { view: 'confirmed' }
    } catch (error) {
      return typeCode(typed, faultsOf(error, ofCode))
    }
  }

  async function disown(token: string, origin: Origin): Promise<Outcome> {
    try {
      await emailVerification.rejectClaim(token, origin)
      return { view: 'disowned' }
    } catch (error) {
      faultsOf(error)
      return ask('', linkOver)
    }
  }

  async function requestMail(form: Form, origin: Origin): Promise<Outcome> {
    const username = form.username?.trim() ?? ''
    try {
      demandTyped({ username })
      await emailVerification.request(username, origin)
      return { view: 'sent' }
    } catch (error) {
      return ask(username, faultsOf(error))
    }
  }
}
