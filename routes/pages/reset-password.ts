import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { Origin } from '../../src/audit/index.ts'
import { trim } from '../../src/lib/trim.ts'
import { requireFields, toFormErrors, unusableLink, wrongCode } from './form-errors.ts'
import { FormField, formSchema, type Page, registerViews, sendPageOrRedirect, type ViewRedirect } from './send-page.ts'
import { emailSent, passwordSet, requestEmail, resetPasswordViews } from './views/reset-password.ts'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'set' | 'request'>({ type: 'string', enum: ['open', 'set', 'request'] }),
  token: FormField,
  username: FormField,
  code: FormField,
  new_password: FormField,
})
type Form = Static<typeof Form>

const url = '/reset-password'

/** The page that the link in a reset e-mail opens, and the form that requests the e-mail. */
export const resetPasswordPage: FastifyPluginAsyncTypebox = async (scope) => {
  const { passwordReset } = scope.accounts
  const { enterCode, choosePassword } = resetPasswordViews(scope.config.passwordMinLength)
  const views = new Map<unknown, Page>([
    ['code', enterCode()],
    ['sent', emailSent],
    ['done', passwordSet],
  ])

  registerViews(scope, url, { views, defaultPage: requestEmail() })

  scope.post(url, { schema: formSchema(Form) }, async (request, reply) =>
    sendPageOrRedirect(scope, reply, await submit(request.body, scope.originOf(request))),
  )

  function submit(form: Form, origin: Origin): Promise<Page | ViewRedirect> {
    switch (form.intent) {
      case 'open':
        return openLink(form.token ?? '')
      case 'set':
        return form.token === undefined ? setByCode(form, origin) : setByLink(form.token, form, origin)
      case 'request':
        return request(form, origin)
    }
  }

  async function openLink(token: string): Promise<Page> {
    const accountName = await passwordReset.open(token)
    return accountName === undefined ? requestEmail('', unusableLink) : choosePassword(token, accountName)
  }

  async function setByLink(token: string, { new_password: password = '' }: Form, origin: Origin) {
    try {
      requireFields({ new_password: password })
      const redirectTo = await passwordReset.confirm({ token, new_password: password }, origin)
      return { view: 'done', redirectTo }
    } catch (error) {
      const errors = toFormErrors(error)
      const accountName = await passwordReset.open(token)
      return accountName === undefined ? requestEmail('', unusableLink) : choosePassword(token, accountName, errors)
    }
  }

  async function setByCode(form: Form, origin: Origin) {
    const values = { username: trim(form.username ?? ''), code: trim(form.code ?? '') }
    const { new_password: password = '' } = form
    try {
      requireFields({ ...values, new_password: password })
      const redirectTo = await passwordReset.confirm({ ...values, new_password: password }, origin)
      return { view: 'done', redirectTo }
    } catch (error) {
      return enterCode(values, toFormErrors(error, { invalid_code: wrongCode }))
    }
  }

  async function request(form: Form, origin: Origin) {
    const username = trim(form.username ?? '')
    try {
      requireFields({ username })
      await passwordReset.request(username, origin)
      return { view: 'sent' }
    } catch (error) {
      return requestEmail(username, toFormErrors(error))
    }
  }
}
