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

/** The views with a field for the new password. @param minPasswordLength in characters */
export function resetPasswordViews(minPasswordLength: number) {
  const newPassword: Field = {
    label: 'New password',
    name: 'new_password',
    type: 'password',
    autocomplete: 'new-password',
    minlength: minPasswordLength,
    hint: passwordHint(minPasswordLength),
  }
  const button = 'Set password'

  return {
    /** For browsers without scripts, and for users who read the e-mail on another device. */
    enterCode: (values: CodeValues = {}, errors?: FormErrors): Page => {
      const fields = [...codeFields('Username or e-mail address', values), newPassword]
      return {
        ...errors?.response,
        title: 'Set a new password',
        body: html`${renderAlert(errors?.message)}
<p>Enter the eight-digit code from our e-mail. It expires ten minutes after we send it.</p>
${renderForm({ intent: 'set', fields, button }, errors)}
${renderViewLinks({ mail: 'Send another e-mail' })}`,
      }
    },

    /** For a valid link. */
    choosePassword: (token: string, accountName: string, errors?: FormErrors): Page => {
      const fields = [accountField(accountName), newPassword]
      return {
        ...errors?.response,
        title: 'Set a new password',
        body: html`${renderAlert(errors?.message)}
${renderForm({ intent: 'set', token, fields, button }, errors)}
<p class="hint">This signs you out on all your devices.</p>`,
      }
    },
  }
}

export function requestEmail(username?: string, errors?: FormErrors): Page {
  return {
    ...errors?.response,
    ...(errors === unusableLink ? { end: 'failed' } : {}),
    title: 'Reset your password',
    body: html`${renderAlert(errors?.message)}
${renderNoScript('Choose “I have a code” and enter the code from the e-mail instead.')}
<p>We’ll send a link and a code to the e-mail address of your account.
You can use either one to set a new password.</p>
${renderRequestForm({ username, button: 'Send reset e-mail' }, errors)}
${renderViewLinks({ code: 'I have a code' })}`,
  }
}

export const emailSent: Page = {
  title: 'Check your e-mail',
  body: html`<p>If what you entered matches an account, you’ll get an e-mail shortly.
The link in it works for 30 minutes, the code for 10 minutes.</p>
<p>No e-mail after a few minutes? Check your spam folder.
If you entered an e-mail address, try your username instead: an address you haven’t verified may not work here.
We send at most three e-mails an hour.</p>
${renderViewLinks({ code: 'I have a code', mail: 'Send another e-mail' })}`,
}

export const passwordSet: Page = {
  title: 'Your password was changed',
  end: 'done',
  body: html`<p>You can now sign in with your new password.
We signed you out on all your devices, and we’ll send you an e-mail about the change.</p>`,
}
