import { html } from '../../../src/lib/html.ts'
import { type FormErrors, unusableLink } from '../form-errors.ts'
import {
  accountField,
  codeFields,
  type CodeValues,
  type Field,
  passwordHint,
  renderAlert,
  renderForm,
  renderNoScript,
  renderRequestForm,
  renderViewLinks,
} from '../form.ts'
import type { Page } from '../send-page.ts'

/** @param minPasswordLength in characters */
export function resetPasswordViews(minPasswordLength: number) {
  const newPassword: Field = {
    label: 'New password',
    name: 'new_password',
    type: 'password',
    autocomplete: 'new-password',
    minlength: minPasswordLength,
    hint: passwordHint(minPasswordLength),
  }
  const button = 'Set the password'

  return {
    /** For people without scripts, or without the link at hand. */
    enterCode: (values: CodeValues = {}, errors?: FormErrors): Page => {
      const fields = [...codeFields('Username or e-mail address', values), newPassword]
      return {
        ...errors?.response,
        title: 'Set a new password',
        body: html`${renderAlert(errors?.message)}
<p>Type the code from the mail: eight digits, good for ten minutes.</p>
${renderForm({ intent: 'set', fields, button }, errors)}
${renderViewLinks({ mail: 'Send another mail' })}`,
      }
    },

    /** For a valid link. */
    choosePassword: (token: string, accountName: string, errors?: FormErrors): Page => {
      const fields = [accountField(accountName), newPassword]
      return {
        ...errors?.response,
        title: 'Choose a new password',
        body: html`${renderAlert(errors?.message)}
${renderForm({ intent: 'set', token, fields, button }, errors)}
<p class="hint">Every device that is signed in will be signed out.</p>`,
      }
    },
  }
}

export function requestEmail(username?: string, errors?: FormErrors): Page {
  return {
    ...errors?.response,
    ...(errors === unusableLink ? { end: 'failed' } : {}),
    title: 'Set a new password',
    body: html`${renderAlert(errors?.message)}
${renderNoScript('Choose “I have a code”, and type the one from the mail.')}
<p>A mail with a link and a code goes to the address of your account.
With either of them you set a new password.</p>
${renderRequestForm(username, errors)}
${renderViewLinks({ code: 'I have a code' })}`,
  }
}

export const emailSent: Page = {
  title: 'Look into your mailbox',
  body: html`<p>If there is such an account, a mail is on its way to its address.
The link in it is good for half an hour, the code for ten minutes.</p>
<p>Nothing there after some minutes? Look among unwanted mail.
If you typed an e-mail address and have a username, try that: the address counts only once it is confirmed.
Not more than three mails are sent in an hour.</p>
${renderViewLinks({ code: 'I have a code', mail: 'Send another mail' })}`,
}

export const passwordSet: Page = {
  title: 'The password is set',
  end: 'done',
  body: html`<p>You can sign in with it now.
Every device that was signed in has been signed out, and you get a mail about it.</p>`,
}
