import { html } from '../../../src/lib/html.ts'
import type { Faults } from '../faults.ts'
import { alertOf, formOf, otherWays } from '../form.ts'
import type { Page } from '../page.ts'

const password = {
  label: 'Password of the account',
  name: 'password',
  type: 'password',
  autocomplete: 'current-password',
} as const

/** For those who have no scripts, or no link at hand. */
export function typeCode({ username, code }: { username?: string; code?: string } = {}, faults?: Faults): Page {
  return {
    ...faults?.answer,
    title: 'Confirm your e-mail address',
    body: html`${alertOf(faults?.message)}<noscript><p class="note">The link in a mail needs scripts, and this browser runs none. The code from the mail does the same.</p></noscript>
<p>Type the code from the mail: eight digits, good for ten minutes.</p>
${formOf(
  {
    intent: 'confirm',
    fields: [
      { label: 'Username', name: 'username', value: username, autocomplete: 'username' },
      { label: 'Code', name: 'code', value: code, autocomplete: 'one-time-code', inputmode: 'numeric' },
      password,
    ],
    button: 'Confirm the address',
  },
  faults,
)}${otherWays({ mail: 'Send another mail' })}`,
  }
}

/** Whoever has lost the mail, or finds it too old. */
export function ask(username?: string, faults?: Faults): Page {
  return {
    ...faults?.answer,
    title: 'Confirm your e-mail address',
    body: html`${alertOf(faults?.message)}<p>A mail with a link and a code goes to the address that is to be confirmed. Either of them confirms it, with the password of the account.</p>
${formOf(
  {
    intent: 'request',
    fields: [{ label: 'Username or e-mail address', name: 'username', value: username, autocomplete: 'username' }],
    button: 'Send the mail',
  },
  faults,
)}${otherWays({ code: 'I have a code' })}`,
  }
}

/** With a link that is good. The page names the account: whoever has the mailbox need not be whose account it is. */
export function decide(token: string, { username, email }: { username: string; email: string }, faults?: Faults): Page {
  return {
    ...faults?.answer,
    title: 'Is this your account?',
    body: html`${alertOf(faults?.message)}<p>The account <strong><bdi>${username}</bdi></strong> says that <strong><bdi>${email}</bdi></strong> is its e-mail address. If the account is yours, confirm that with its password.</p>
${formOf(
  {
    intent: 'confirm',
    token,
    fields: [
      { label: 'Account', name: 'username', value: username, autocomplete: 'username', isReadonly: true },
      password,
    ],
    button: 'Confirm the address',
  },
  faults,
)}<div class="other"><p>Not your account? Then somebody else has given your address, perhaps by mistake. Say so, and the account no longer has it.</p>
${formOf({ intent: 'reject', token, button: 'This is not my account', isQuiet: true })}</div>`,
  }
}

export const sent: Page = {
  title: 'Look into your mailbox',
  body: html`<p>If there is an address to confirm, a mail is on its way to it. The link in it is good for a day, the code for ten minutes.</p>
<p>Nothing there after some minutes? Look among unwanted mail. Not more than three mails are sent in an hour.</p>
${otherWays({ code: 'I have a code', mail: 'Send another mail' })}`,
}

export const confirmed: Page = {
  title: 'The address is confirmed',
  body: html`<p>From now on you can sign in with it, too, and it gets you back in if you forget your password.</p>`,
}

export const rejected: Page = {
  title: 'The account has lost your address',
  body: html`<p>Thank you for saying so. The account cannot confirm your address, and gets no more mail there, unless somebody gives it once more.</p>`,
}
