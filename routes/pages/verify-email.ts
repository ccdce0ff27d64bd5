import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { Origin } from '../../src/audit/index.ts'
import { trim } from '../../src/lib/trim.ts'
import { type FieldMessages, requireFields, toFormErrors, unusableLink } from './form-errors.ts'
import { FormField, formSchema, type Page, registerViews, sendPageOrRedirect, type ViewRedirect } from './send-page.ts'
import {
  confirmOrReject,
  emailConfirmed,
  emailRejected,
  emailSent,
  enterCode,
  requestEmail,
} from './views/verify-email.ts'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'confirm' | 'reject' | 'request'>({
    type: 'string',
    enum: ['open', 'confirm', 'reject', 'request'],
  }),
  token: FormField,
  username: FormField,
  code: FormField,
  password: FormField,
})
type Form = Static<typeof Form>

const url = '/verify-email'

const linkMessages: FieldMessages = {
  wrong_password: { field: 'password', message: 'Wrong password. Enter the password of the account shown here.' },
}

const codeMessages: FieldMessages = {
  invalid_code: {
    field: 'code',
    message: 'The code is invalid or has expired, or the username and password don’t match. Check all three.',
  },
  wrong_password: { field: 'password', message: 'The username and password don’t match.' },
}

/** The page that the link in a verification e-mail opens. */
export const verifyEmailPage: FastifyPluginAsyncTypebox = async (scope) => {
  const { emailVerification } = scope.accounts
  const views = new Map<unknown, Page>([
    ['mail', requestEmail()],
    ['sent', emailSent],
    ['confirmed', emailConfirmed],
    ['rejected', emailRejected],
  ])

  registerViews(scope, url, { views, defaultPage: enterCode() })

  scope.post(url, { schema: formSchema(Form) }, async (request, reply) =>
    sendPageOrRedirect(scope, reply, await submit(request.body, scope.originOf(request))),
  )

  function submit(form: Form, origin: Origin): Promise<Page | ViewRedirect> {
    switch (form.intent) {
      case 'open':
        return openLink(form.token ?? '')
      case 'confirm':
        return form.token === undefined ? confirmByCode(form, origin) : confirmByLink(form.token, form, origin)
      case 'reject':
        return reject(form.token ?? '', origin)
      case 'request':
        return request(form, origin)
    }
  }

  async function openLink(token: string): Promise<Page> {
    const claim = await emailVerification.open(token)
    return claim === undefined ? requestEmail('', unusableLink) : confirmOrReject(token, claim)
  }

  async function confirmByLink(token: string, { password = '' }: Form, origin: Origin) {
    try {
      requireFields({ password })
      const proof = { token, current_password: password }
      const redirectTo = await emailVerification.confirm(proof, undefined, origin)
      return { view: 'confirmed', redirectTo }
    } catch (error) {
      const errors = toFormErrors(error, linkMessages)
      const claim = await emailVerification.open(token)
      return claim === undefined ? requestEmail('', unusableLink) : confirmOrReject(token, claim, errors)
    }
  }

  async function confirmByCode(form: Form, origin: Origin) {
    const values = { username: trim(form.username ?? ''), code: trim(form.code ?? '') }
    const { password = '' } = form
    try {
      requireFields({ ...values, password })
      const proof = { ...values, current_password: password }
      const redirectTo = await emailVerification.confirm(proof, undefined, origin)
      return { view: 'confirmed', redirectTo }
    } catch (error) {
      return enterCode(values, toFormErrors(error, codeMessages))
    }
  }

  async function reject(token: string, origin: Origin) {
    try {
      await emailVerification.reject(token, origin)
      return { view: 'rejected' }
    } catch (error) {
      toFormErrors(error)
      return requestEmail('', unusableLink)
    }
  }

  async function request(form: Form, origin: Origin) {
    const username = trim(form.username ?? '')
    try {
      requireFields({ username })
      await emailVerification.request({ name: username }, origin)
      return { view: 'sent' }
    } catch (error) {
      return requestEmail(username, toFormErrors(error))
    }
  }
}
