import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import { html } from '../../src/html.ts'
import { faultsOf, type Faults } from './faults.ts'
import { alertOf, fieldOf, formOf, hiddenOf, linkFormOf } from './layout.ts'
import { sendPage, Typed } from './page.ts'

const page = 'verify-email'

const Form = Type.Object({
  intent: Type.Unsafe<'open' | 'confirm' | 'disown' | 'request'>({ type: 'string', enum: ['open', 'confirm', 'disown', 'request'] }),
  token: Type.Optional(Typed),
  username: Type.Optional(Typed),
  code: Type.Optional(Typed),
  password: Type.Optional(Typed),
})
type Form = Static<typeof Form>

/** The page that the link in a verification mail opens. */
export const verifyEmailPage: FastifyPluginAsyncTypebox = async (scope) => {
  const { verification } = scope

  scope.get(`/${page}`, { schema: { hide: true, querystring: Type.Object({}) } }, async (_request, reply) => sendPage(scope, reply, enter({})))

  scope.post(`/${page}`, { schema: { hide: true, body: Form } }, async ({ body }, reply) => {
    switch (body.intent) {
      case 'open': {
        const claim = await verification.open(body.token ?? '')
        return sendPage(scope, reply, claim === undefined ? { ...enter({}, tooOld), status: 400 } : decide(body.token ?? '', claim))
      }
      case 'confirm': return sendPage(scope, reply, await confirm(body))
      case 'disown': return sendPage(scope, reply, await disown(body.token ?? ''))
      case 'request':
        await verification.request(body.username ?? '')
        return sendPage(scope, reply, sent)
    }
  })

  async function confirm ({ token, username = '', code = '', password = '' }: Form) {
    try {
      await verification.confirm(token === undefined ? { username, code, password } : { token, password }, undefined)
      return confirmed
    } catch (error) {
      const faults = faultsOf(error)
      const claim = token === undefined ? undefined : await verification.open(token)
      const again = token === undefined || claim === undefined ? enter({ username, code }, faults) : decide(token, claim, faults)
      return { ...again, status: faults.status }
    }
  }

  async function disown (token: string) {
    try {
      await verification.disown(token)
      return disowned
    } catch (error) {
      const faults = faultsOf(error)
      return { ...enter({}, faults), status: faults.status }
    }
  }
}

const password = (faults?: Faults) => fieldOf({ label: 'Password of the account', name: 'password', type: 'password', autocomplete: 'current-password', error: faults?.of('password') })

/** Without scripts, or without the link at hand. */
function enter ({ username, code }: { username?: string | undefined, code?: string | undefined }, faults?: Faults) {
  return {
    title: 'Confirm your e-mail address',
    takesLink: true,
    body: html`${linkFormOf(page)}${alertOf(faults?.message)}<p>Open the link in the mail that was sent to you, or type the code that stands in it.</p>
${formOf(page, html`${hiddenOf('intent', 'confirm')}
${fieldOf({ label: 'Username', name: 'username', value: username, autocomplete: 'username' })}${fieldOf({ label: 'Code', name: 'code', value: code, autocomplete: 'one-time-code', inputmode: 'numeric' })}${password(faults)}<button>Confirm the address</button>`)}
<details${faults?.code === 'invalid_code' ? html` open` : undefined}><summary>No mail, or is it too old?</summary>
${formOf(page, html`${hiddenOf('intent', 'request')}
${fieldOf({ label: 'Username', name: 'username', value: username, autocomplete: 'username' })}<button class="quiet">Send a new mail</button>`)}</details>`,
  }
}

function decide (token: string, { username, email }: { username: string, email: string }, faults?: Faults) {
  return {
    title: 'Is this your account?',
    body: html`${alertOf(faults?.message)}<p>The account <strong>${username}</strong> says that <strong>${email}</strong> is its address. If it is yours, confirm that with its password.</p>
${formOf(page, html`${hiddenOf('intent', 'confirm')}${hiddenOf('token', token)}
${fieldOf({ label: 'Account', name: 'username', value: username, autocomplete: 'username', isReadonly: true })}${password(faults)}<button>Confirm the address</button>`)}
${formOf(page, html`${hiddenOf('intent', 'disown')}${hiddenOf('token', token)}
<p class="hint">If you have no such account, somebody has typed your address by mistake, or on purpose.</p>
<button class="quiet">This is not my account</button>`)}`,
  }
}

const tooOld: Faults = { status: 400, code: 'invalid_code', message: 'The link is not valid, or not any more. Ask for a new mail.', of: () => undefined }

const confirmed = {
  title: 'The address is confirmed',
  body: html`<p>Thank you. From now on you can sign in with it, too, and it gets you back in if you forget your password.</p>`,
}

const disowned = {
  title: 'Thank you for telling us',
  body: html`<p>The account has lost your address, and cannot confirm it.</p>`,
}

const sent = {
  title: 'Look into your mailbox',
  body: html`<p>If there is something to confirm, a mail is on its way. The link in it is good for a day.</p>
<p>Nothing there after some minutes? Look among unwanted mail. Not more than three mails are sent in an hour.</p>
<p><a href="${page}">I have a code</a></p>`,
}
