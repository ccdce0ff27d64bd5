import { html } from '../../../src/lib/html.ts'
import { type FormErrors, unusableLink } from '../form-errors.ts'
import {
  accountField,
  codeFields,
  type CodeValues,
  type Field,
  renderAlert,
  renderForm,
  renderNoScript,
  renderRequestForm,
  renderViewLinks,
} from '../form.ts'
import type { Page } from '../send-page.ts'

const password: Field = {
  label: 'Password of the account',
  name: 'password',
  type: 'password',
  autocomplete: 'current-password',
}

/** For people without scripts, or without the link at hand. */
export function enterCode(values: CodeValues = {}, errors?: FormErrors): Page {
  const fields = [...codeFields('Username or e-mail address', values), password]
  return {
    ...errors?.response,
    title: 'Confirm your e-mail address',
    body: html`${renderAlert(errors?.message)}${renderNoScript('The code from the mail does the same.')}
<p>Type the code from the mail: eight digits, good for ten minutes.</p>
${renderForm({ intent: 'confirm', fields, button: 'Confirm the address' }, errors)}
${renderViewLinks({ mail: 'Send another mail' })}`,
  }
}

/** For people who have lost the e-mail, or whose link has expired. */
export function requestEmail(username?: string, errors?: FormErrors): Page {
  return {
    ...errors?.response,
    ...(errors === unusableLink ? { end: 'failed' } : {}),
    title: 'Confirm your e-mail address',
    body: html`${renderAlert(errors?.message)}
<p>A mail with a link and a code goes to the address that is to be confirmed.
Either of them confirms it, with the password of the account.</p>
${renderRequestForm(username, errors)}
${renderViewLinks({ code: 'I have a code' })}`,
  }
}

/** For a valid link. The page names the account: it need not belong to the person who has the mailbox. */
export function confirmOrReject(
  token: string,
  { accountName, email }: { accountName: string; email: string },
  errors?: FormErrors,
): Page {
  const fields = [accountField(accountName), password]
  const name = html`<strong><bdi>${accountName}</bdi></strong>`
  const address = html`<strong><bdi>${email}</bdi></strong>`
  return {
    ...errors?.response,
    title: 'Is this your account?',
    body: html`${renderAlert(errors?.message)}
<p>The account ${name} says that ${address} is its e-mail address.
If the account is yours, confirm that with its password.</p>
${renderForm({ intent: 'confirm', token, fields, button: 'Confirm the address' }, errors)}
<div class="other">
<p>Not your account? Then somebody else has given your address, perhaps by mistake.
Say so, and the account no longer has it.</p>
${renderForm({ intent: 'reject', token, button: 'This is not my account', isQuiet: true })}
</div>`,
  }
}

export const emailSent: Page = {
  title: 'Look into your mailbox',
  body: html`<p>If there is an address to confirm, a mail is on its way to it.
The link in it is good for a day, the code for ten minutes.</p>
<p>Nothing there after some minutes? Look among unwanted mail.
Not more than three mails are sent in an hour.</p>
${renderViewLinks({ code: 'I have a code', mail: 'Send another mail' })}`,
}

export const emailConfirmed: Page = {
  title: 'The address is confirmed',
  end: 'done',
  body: html`<p>From now on you can sign in with it, too, and it gets you back in if you forget your password.</p>`,
}

export const emailRejected: Page = {
  title: 'The account has lost your address',
  body: html`<p>Thank you for saying so.
The account cannot confirm your address, and gets no more mail there, unless somebody gives it once more.</p>`,
}
