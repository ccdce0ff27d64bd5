import { html } from '../../../src/lib/html.ts'
import type { Faults } from '../faults.ts'
import { alertOf, formOf, otherWays } from '../form.ts'
import type { Page } from '../page.ts'

export type ResetPasswordViews = ReturnType<typeof resetPasswordViews>

/** @param shortest how many characters a password must have */
export function resetPasswordViews(shortest: number) {
  const newPassword = {
    label: 'New password',
    name: 'new_password',
    type: 'password',
    autocomplete: 'new-password',
    minlength: shortest,
    hint: `At least ${shortest} characters. A few words that do not belong together are good, and easy to type.`,
  } as const

  const done: Page = {
    title: 'The password is set',
    body: html`<p>You can sign in with it now. Every device that was signed in has been signed out, and you get a mail about it.</p>`,
  }

  return {
    ask,
    sent,
    done,

    /** For those who have no scripts, or no link at hand. */
    typeCode: ({ username, code }: { username?: string; code?: string } = {}, faults?: Faults): Page => ({
      ...faults?.answer,
      title: 'Set a new password',
      body: html`${alertOf(faults?.message)}<p>Type the code from the mail: eight digits, good for ten minutes.</p>
${formOf(
  {
    intent: 'set',
    fields: [
      { label: 'Username or e-mail address', name: 'username', value: username, autocomplete: 'username' },
      { label: 'Code', name: 'code', value: code, autocomplete: 'one-time-code', inputmode: 'numeric' },
      newPassword,
    ],
    button: 'Set the password',
  },
  faults,
)}${otherWays({ mail: 'Send another mail' })}`,
    }),

    /** With a link that is good. */
    choose: (token: string, username: string, faults?: Faults): Page => ({
      ...faults?.answer,
      title: 'Choose a new password',
      body: html`${alertOf(faults?.message)}${formOf(
        {
          intent: 'set',
          token,
          fields: [
            { label: 'Account', name: 'username', value: username, autocomplete: 'username', isReadonly: true },
            newPassword,
          ],
          button: 'Set the password',
        },
        faults,
      )}<p class="hint">Every device that is signed in will be signed out.</p>`,
    }),
  }
}

function ask(username?: string, faults?: Faults): Page {
  return {
    ...faults?.answer,
    title: 'Set a new password',
    body: html`${alertOf(faults?.message)}<noscript><p class="note">The link in a mail needs scripts, and this browser runs none. Choose “I have a code”, and type the one from the mail.</p></noscript>
<p>A mail with a link and a code goes to the address of your account. With either of them you set a new password.</p>
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

const sent: Page = {
  title: 'Look into your mailbox',
  body: html`<p>If there is such an account, a mail is on its way to its address. The link in it is good for half an hour, the code for ten minutes.</p>
<p>Nothing there after some minutes? Look among unwanted mail. If you typed an e-mail address, try the username: an address counts only once it is confirmed. Not more than three mails are sent in an hour.</p>
${otherWays({ code: 'I have a code', mail: 'Send another mail' })}`,
}
