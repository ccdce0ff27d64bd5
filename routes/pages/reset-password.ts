import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import { html } from '../../src/html.ts'
import { faultsOf, type Faults } from './faults.ts'
import { alertOf, fieldOf, formOf, hiddenOf, linkFormOf } from './layout.ts'
import { sendPage, Typed } from './page.ts'

const page = 'reset-password'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'set' | 'request'>({ type: 'string', enum: ['open', 'set', 'request'] }),
  token: Type.Optional(Typed),
  username: Type.Optional(Typed),
  code: Type.Optional(Typed),
  new_password: Type.Optional(Typed),
})
type Form = Static<typeof Form>

/** The page that the link in a reset mail opens. */
export const resetPasswordPage: FastifyPluginAsyncTypebox = async (scope) => {
  const { config: { passwordMinLength }, recovery } = scope
  const hint = `At least ${passwordMinLength} characters. A few words that do not belong together are good, and easy to type.`
  const newPassword = (faults?: Faults) => fieldOf({ label: 'New password', name: 'new_password', type: 'password', autocomplete: 'new-password', hint, error: faults?.of('new_password') })

  scope.get(`/${page}`, { schema: { hide: true, querystring: Type.Object({}) } }, async (_request, reply) => sendPage(scope, reply, enter({})))

  scope.post(`/${page}`, { schema: { hide: true, body: Form } }, async ({ body }, reply) => {
    switch (body.intent) {
      case 'open': {
        const username = await recovery.open(body.token ?? '')
        return username === undefined ? sendPage(scope, reply, { ...enter({}, tooOld), status: 400 }) : sendPage(scope, reply, choose(body.token ?? '', username))
      }
      case 'set': return sendPage(scope, reply, await set(body))
      case 'request':
        await recovery.request(body.username ?? '')
        return sendPage(scope, reply, sent)
    }
  })

  async function set ({ token, username, code, new_password: password = '' }: Form) {
    try {
      await recovery.setPassword(token === undefined ? { username: username ?? '', code: code ?? '', new_password: password } : { token, new_password: password })
      return done
    } catch (error) {
      const faults = faultsOf(error)
      const owner = token === undefined ? undefined : await recovery.open(token)
      const again = token === undefined || owner === undefined ? enter({ username, code }, faults) : choose(token, owner, faults)
      return { ...again, status: faults.status }
    }
  }

  /** Without scripts, or without the link at hand. */
  function enter ({ username, code }: { username?: string | undefined, code?: string | undefined }, faults?: Faults) {
    return {
      title: 'Set a new password',
      takesLink: true,
      body: html`${linkFormOf(page)}${alertOf(faults?.message)}<p>Open the link in the mail that was sent to you, or type the code that stands in it.</p>
${formOf(page, html`${hiddenOf('intent', 'set')}
${fieldOf({ label: 'Username or e-mail address', name: 'username', value: username, autocomplete: 'username' })}${fieldOf({ label: 'Code', name: 'code', value: code, autocomplete: 'one-time-code', inputmode: 'numeric' })}${newPassword(faults)}<button>Set the password</button>`)}
<details${faults?.code === 'invalid_code' ? html` open` : undefined}><summary>No mail, or is it too old?</summary>
${formOf(page, html`${hiddenOf('intent', 'request')}
${fieldOf({ label: 'Username or e-mail address', name: 'username', value: username, autocomplete: 'username' })}<button class="quiet">Send a new mail</button>`)}</details>`,
    }
  }

  function choose (token: string, username: string, faults?: Faults) {
    return {
      title: 'Choose a new password',
      body: html`${alertOf(faults?.message)}${formOf(page, html`${hiddenOf('intent', 'set')}${hiddenOf('token', token)}
${fieldOf({ label: 'Account', name: 'username', value: username, autocomplete: 'username', isReadonly: true })}${newPassword(faults)}<button>Set the password</button>`)}
<p class="hint">Every device that is signed in will be signed out.</p>`,
    }
  }
}

const tooOld: Faults = { status: 400, code: 'invalid_code', message: 'The link is not valid, or not any more. Ask for a new mail.', of: () => undefined }

const done = {
  title: 'The password is set',
  body: html`<p>You can sign in with it now. Every device that was signed in has been signed out, and you get a mail that says so.</p>`,
}

const sent = {
  title: 'Look into your mailbox',
  body: html`<p>If there is such an account, a mail is on its way to its address. The link in it is good for half an hour.</p>
<p>Nothing there after some minutes? Look among unwanted mail. Not more than three mails are sent in an hour.</p>
<p><a href="${page}">I have a code</a></p>`,
}
