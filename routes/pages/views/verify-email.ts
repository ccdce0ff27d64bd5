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
  label: 'Account password',
  name: 'password',
  type: 'password',
  autocomplete: 'current-password',
}

const button = 'Verify e-mail address'

/** For browsers without scripts, and for users who read the e-mail on another device. */
export function enterCode(values: CodeValues = {}, errors?: FormErrors): Page {
  const fields = [...codeFields('Username or e-mail address', values), password]
  return {
    ...errors?.response,
    title: 'Verify your e-mail address',
    body: html`${renderAlert(errors?.message)}${renderNoScript('Enter the code from the e-mail instead.')}
<p>Enter the eight-digit code from our e-mail. It expires ten minutes after we send it.</p>
${renderForm({ intent: 'confirm', fields, button }, errors)}
${renderViewLinks({ mail: 'Send another e-mail' })}`,
  }
}

/** For users who have lost the e-mail, or whose link has expired. */
export function requestEmail(username?: string, errors?: FormErrors): Page {
  return {
    ...errors?.response,
    ...(errors === unusableLink ? { end: 'failed' } : {}),
    title: 'Verify your e-mail address',
    body: html`${renderAlert(errors?.message)}
<p>We’ll send a link and a code to the address you want to verify.
You can use either one, together with your account password.</p>
${renderRequestForm({ username, button: 'Send verification e-mail' }, errors)}
${renderViewLinks({ code: 'I have a code' })}`,
  }
}

/** For a valid link. It names the account, which may not belong to the owner of the mailbox. */
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
<p>Someone entered ${address} as the e-mail address of the account ${name}.
If this is your account, enter its password to verify the address.</p>
${renderForm({ intent: 'confirm', token, fields, button }, errors)}
<div class="other">
<p>Not your account? Someone probably entered your address by mistake.
Tell us, and the account can’t use your address.</p>
${renderForm({ intent: 'reject', token, button: 'This isn’t my account', isQuiet: true })}
</div>`,
  }
}

export const emailSent: Page = {
  title: 'Check your e-mail',
  body: html`<p>If what you entered matches an account with an address to verify, you’ll get an e-mail there shortly.
The link in it works for 24 hours, the code for 10 minutes.</p>
<p>No e-mail after a few minutes? Check your spam folder.
We send at most three e-mails an hour.</p>
${renderViewLinks({ code: 'I have a code', mail: 'Send another e-mail' })}`,
}

export const emailConfirmed: Page = {
  title: 'Your e-mail address is verified',
  end: 'done',
  body: html`<p>You can now sign in with your e-mail address, and use it to reset your password if you forget it.</p>`,
}

export const emailRejected: Page = {
  title: 'Thanks for telling us',
  body: html`<p>The account can’t use your e-mail address, and the link and the code no longer work.
We won’t send you another e-mail about it unless someone enters your address again.</p>`,
}
