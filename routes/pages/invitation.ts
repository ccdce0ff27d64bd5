import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import { isAdministration } from '../../src/authorization/index.ts'
import { demandTyped, type Faults, faultsOf } from './faults.ts'
import { type Outcome, type Page, Query, sendOutcome, sendPage, Typed } from './page.ts'
import { invitationViews } from './views/invitation.ts'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'accept'>({ type: 'string', enum: ['open', 'accept'] }),
  token: Typed,
  username: Typed,
  password: Typed,
  name: Typed,
  email: Typed,
})
type Form = Static<typeof Form>

const url = '/invitation'

/** The page that the link of an invitation opens. */
export const invitationPage: FastifyPluginAsyncTypebox = async (scope) => {
  const {
    config: { passwordMinLength, requireVerifiedEmail },
    administration: { acceptance },
  } = scope
  const { over, choose, ...views } = invitationViews({ shortest: passwordMinLength, needsEmail: requireVerifiedEmail })

  scope.get(url, { schema: { hide: true, querystring: Query } }, async ({ query: { view } }, reply) =>
    sendPage(scope, reply, view === 'done' || view === 'administrator' ? views[view] : views.waiting),
  )

  scope.post(url, { schema: { hide: true, querystring: Query, body: Form } }, async (request, reply) => {
    const { body } = request
    switch (body.intent) {
      case 'open':
        return sendPage(scope, reply, await show(body))
      case 'accept':
        return sendOutcome(scope, reply, await accept(body))
    }

    async function accept(form: Form): Promise<Outcome> {
      const { token = '', password = '' } = form
      const username = form.username?.trim() ?? ''
      try {
        demandTyped({ username, password })
        const { scopes } = await acceptance.accept(
          { token, username, password, name: typedIn(form.name), email: typedIn(form.email) },
          scope.originOf(request),
        )
        return { view: scopes.some(isAdministration) ? 'administrator' : 'done' }
      } catch (error) {
        return show(form, faultsOf(error))
      }
    }
  })

  async function show(form: Form, faults?: Faults): Promise<Page> {
    const { token = '' } = form
    const invited = await acceptance.open(token)
    return invited === undefined ? over : choose(token, invited, form, faults)
  }
}

/** What may be left out. */
function typedIn(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? undefined : trimmed
}
