import { html } from '../../../src/lib/html.ts'
import type { FormErrors } from '../form-errors.ts'
import { type Field, passwordHint, renderAlert, renderForm, renderNoScript } from '../form.ts'
import type { Page } from '../send-page.ts'

interface Rules {
  /** In characters. */
  minPasswordLength: number
  /** Whether an account must have an e-mail address. */
  requiresEmail: boolean
  requiresUsername: boolean
}

/** The properties of the new account that an invitation determines. */
interface Invited {
  email: string | null
  name: string | null
}

/** The values that were typed before an error. */
interface FormValues {
  username?: string | undefined
  name?: string | undefined
  email?: string | undefined
}

export const invitationNeeded: Page = {
  title: 'You need an invitation',
  end: 'failed',
  body: html`${renderNoScript('Open it in another one.')}
<p>Open the link in the mail that invited you: it leads here, and brings the invitation along.</p>`,
}

export const invitationInvalid: Page = {
  status: 400,
  title: 'The invitation does not hold',
  end: 'failed',
  body: html`${renderAlert('This link is too old, has been used, was withdrawn, or is not whole.')}
<p>Ask whoever invited you for another one. If you have made your account already, you can sign in.</p>`,
}

export const accountCreated: Page = {
  title: 'Your account is made',
  end: 'done',
  body: html`<p>You can sign in now, with your username or your verified e-mail address, and your password.</p>`,
}

/** @param docsUrl undefined where no documentation page is served */
export function administratorCreated(docsUrl: string | undefined): Page {
  const tickScopes =
    docsUrl &&
    html`tick the scopes where you authorize on the <a href="${docsUrl}">documentation page</a>, or
`
  return {
    title: 'Your account is made',
    end: 'done',
    body: html`<p>You can sign in now, with your username or your verified e-mail address, and your password.</p>
<p>Your account may administer others. A sign-in has these rights only where it asks for them by name:
${tickScopes}send them along as <code>scope</code>, for example <code>account users:read users:write</code>.
<code>account</code> is for your own account, and is not added where scopes are named.</p>`,
  }
}

/** For a valid link: the form that makes the account. */
export function createAccountForm(
  { minPasswordLength, requiresEmail, requiresUsername }: Rules,
  { token, invited, values }: { token: string; invited: Invited; values: FormValues },
  errors?: FormErrors,
): Page {
  const fields: Field[] = [
    emailField(invited.email, values.email, requiresEmail),
    {
      label: 'Username',
      name: 'username',
      value: values.username,
      autocomplete: 'username',
      isOptional: !requiresUsername,
      hint:
        (requiresUsername ? '' : 'Optional: you can sign in with your e-mail address instead. ') +
        'To sign in with: letters and digits, for example. It cannot be changed.',
    },
    {
      label: 'Name',
      name: 'name',
      value: values.name ?? invited.name ?? undefined,
      autocomplete: 'name',
      isOptional: true,
      hint: 'What others see; may be left out.',
    },
    {
      label: 'Password',
      name: 'password',
      type: 'password',
      autocomplete: 'new-password',
      minlength: minPasswordLength,
      hint: passwordHint(minPasswordLength),
    },
  ]
  return {
    ...errors?.response,
    title: 'Make your account',
    body: html`${renderAlert(errors?.message)}
${renderForm({ intent: 'accept', token, fields, button: 'Make the account' }, errors)}`,
  }
}

function emailField(invitedEmail: string | null, typedEmail: string | undefined, isRequired: boolean): Field {
  const label = 'E-mail address'
  if (invitedEmail !== null) {
    return { label, name: 'invited', value: invitedEmail, autocomplete: 'email', isReadonly: true }
  }
  const purpose = 'You get a mail there, to confirm it. It gets you back in if you forget your password.'
  return {
    label,
    name: 'email',
    type: 'email',
    value: typedEmail,
    autocomplete: 'email',
    isOptional: !isRequired,
    hint: isRequired ? purpose : `May be left out. ${purpose}`,
  }
}
