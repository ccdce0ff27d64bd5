import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { Origin } from '../../src/audit/index.ts'
import { demandTyped, faultsOf, linkOver, wrongCode } from './faults.ts'
import { type Outcome, type Page, Query, sendOutcome, sendPage, Typed } from './page.ts'
import { resetPasswordViews } from './views/reset-password.ts'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'set' | 'request'>({ type: 'string', enum: ['open', 'set', 'request'] }),
  token: Typed,
  username: Typed,
  code: Typed,
  new_password: Typed,
})
type Form = Static<typeof Form>

const url = '/reset-password'

/** The page that the link in a reset mail opens, and on which one asks for that mail. */
export const resetPasswordPage: FastifyPluginAsyncTypebox = async (scope) => {
  const {
    config: { passwordMinLength },
    accounts: { passwordReset },
  } = scope
  const { ask, sent, typeCode, choose, done } = resetPasswordViews(passwordMinLength)
  const views = new Map<unknown, Page>([
    ['code', typeCode()],
    ['sent', sent],
    ['done', done],
  ])

  scope.get(url, { schema: { hide: true, querystring: Query } }, async ({ query: { view } }, reply) =>
    sendPage(scope, reply, views.get(view) ?? ask()),
  )

  scope.post(url, { schema: { hide: true, querystring: Query, body: Form } }, async (request, reply) => {
    const { body } = request
    const origin = scope.originOf(request)
    switch (body.intent) {
      case 'open':
        return sendPage(scope, reply, await open(body.token ?? ''))
      case 'set':
        return sendOutcome(
          scope,
          reply,
          body.token === undefined ? await setByCode(body, origin) : await setByLink(body.token, body, origin),
        )
      case 'request':
        return sendOutcome(scope, reply, await requestMail(body, origin))
    }
  })

  async function open(token: string): Promise<Page> {
    const username = await passwordReset.open(token)
    return username === undefined ? ask('', linkOver) : choose(token, username)
  }

  async function setByLink(token: string, { new_password: password = '' }: Form, origin: Origin): Promise<Outcome> {
    try {
      demandTyped({ new_password: password })
      await passwordReset.confirm({ token, new_password: password }, origin)
      return { view: 'done' }
    } catch (error) {
      const faults = faultsOf(error)
      const username = await passwordReset.open(token)
      return username === undefined ? ask('', linkOver) : choose(token, username, faults)
    }
  }

  async function setByCode(form: Form, origin: Origin): Promise<Outcome> {
    const typed = { username: form.username?.trim() ?? '', code: form.code?.trim() ?? '' }
    const { new_password: password = '' } = form
    try {
      demandTyped({ ...typed, new_password: password })
      await passwordReset.confirm({ ...typed, new_password: password }, origin)
      return { view: 'done' }
    } catch (error) {
      return typeCode(typed, faultsOf(error, { invalid_code: wrongCode }))
    }
  }

  async function requestMail(form: Form, origin: Origin): Promise<Outcome> {
    const username = form.username?.trim() ?? ''
    try {
      demandTyped({ username })
      await passwordReset.request(username, origin)
      return { view: 'sent' }
    } catch (error) {
      return ask(username, faultsOf(error))
    }
  }
}
