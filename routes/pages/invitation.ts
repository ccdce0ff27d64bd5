import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { Origin } from '../../src/audit/index.ts'
import { isAdministration } from '../../src/authorization/index.ts'
import { trim } from '../../src/lib/trim.ts'
import { type FormErrors, requireFields, toFormErrors } from './form-errors.ts'
import { FormField, formSchema, type Page, registerViews, sendPageOrRedirect, type ViewRedirect } from './send-page.ts'
import {
  accountCreated,
  administratorCreated,
  createAccountForm,
  invitationInvalid,
  invitationNeeded,
} from './views/invitation.ts'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'accept'>({ type: 'string', enum: ['open', 'accept'] }),
  token: FormField,
  username: FormField,
  password: FormField,
  name: FormField,
  email: FormField,
})
type Form = Static<typeof Form>

const url = '/invitation'

/** The page that the link in an invitation opens. */
export const invitationPage: FastifyPluginAsyncTypebox = async (scope) => {
  const { acceptance } = scope.administration
  const { passwordMinLength: minPasswordLength, requireVerifiedEmail: requiresEmail, usernames, docsUrl } = scope.config
  const views = new Map<unknown, Page>([
    ['done', accountCreated],
    ['administrator', administratorCreated(docsUrl)],
  ])

  registerViews(scope, url, { views, defaultPage: invitationNeeded })

  scope.post(url, { schema: formSchema(Form) }, async (request, reply) =>
    sendPageOrRedirect(scope, reply, await submit(request.body, scope.originOf(request))),
  )

  function submit(form: Form, origin: Origin): Promise<Page | ViewRedirect> {
    switch (form.intent) {
      case 'open':
        return showForm(form)
      case 'accept':
        return accept(form, origin)
    }
  }

  async function accept(form: Form, origin: Origin) {
    const { token = '', password = '' } = form
    try {
      const username = optional(form.username)
      requireFields(usernames === 'required' ? { username: username ?? '', password } : { password })
      const invitation = { token, username, password, name: optional(form.name), email: optional(form.email) }
      const { account, redirectTo } = await acceptance.accept(invitation, origin)
      return { view: account.scopes.some(isAdministration) ? 'administrator' : 'done', redirectTo }
    } catch (error) {
      return showForm(form, toFormErrors(error))
    }
  }

  async function showForm(form: Form, errors?: FormErrors): Promise<Page> {
    const { token = '', ...values } = form
    const invited = await acceptance.open(token)
    if (invited === undefined) return invitationInvalid
    const requiresUsername = usernames === 'required' || invited.email === null
    return createAccountForm({ minPasswordLength, requiresEmail, requiresUsername }, { token, invited, values }, errors)
  }
}

/** Trims an optional field. @returns undefined if it is empty */
function optional(text: string | undefined): string | undefined {
  const trimmed = trim(text ?? '')
  return trimmed === '' ? undefined : trimmed
}
