import { html } from '../../../src/lib/html.ts'
import type { FormErrors } from '../form-errors.ts'
import { type Field, passwordHint, renderAlert, renderForm, renderNoScript } from '../form.ts'
import type { Page } from '../send-page.ts'

interface Rules {
  /** In characters. */
  minPasswordLength: number
  requiresEmail: boolean
  requiresUsername: boolean
}

/** The fields that the invitation fills in. */
interface Invited {
  email: string | null
  name: string | null
}

/** The values of a form that was rejected. */
interface FormValues {
  username?: string | undefined
  name?: string | undefined
  email?: string | undefined
}

export const invitationNeeded: Page = {
  title: 'You need an invitation',
  end: 'failed',
  body: html`${renderNoScript('Open the link in another browser.')}
<p>To create your account, open the link in your invitation.</p>`,
}

export const invitationInvalid: Page = {
  status: 400,
  title: 'This invitation doesn’t work',
  end: 'failed',
  body: html`${renderAlert('This invitation is invalid or has expired.')}
<p>Ask the person who invited you for a new one. If you’ve already created your account, you can sign in.</p>`,
}

const accountReady = 'Your account is ready'

const signInAdvice = html`<p>You can now sign in with your username or your verified e-mail address.</p>`

export const accountCreated: Page = {
  title: accountReady,
  end: 'done',
  body: signInAdvice,
}

/** @param docsUrl undefined where no documentation page is served */
export function administratorCreated(docsUrl: string | undefined): Page {
  const selectScopes =
    docsUrl &&
    html`select them when you authorize on the <a href="${docsUrl}">documentation page</a>, or
`
  return {
    title: accountReady,
    end: 'done',
    body: html`${signInAdvice}
<p>Your account has administration scopes, which you have to request each time you sign in:
${selectScopes}send them as <code>scope</code>, for example <code>account users:read users:write</code>.
Include <code>account</code> to manage your own account as well.</p>`,
  }
}

/** For a valid link. */
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
        (requiresUsername ? 'You sign in with it. ' : 'Optional. You can sign in with your e-mail address instead. ') +
        'You can’t change it later.',
    },
    {
      label: 'Name',
      name: 'name',
      value: values.name ?? invited.name ?? undefined,
      autocomplete: 'name',
      isOptional: true,
      hint: 'Optional. This is the name that others see.',
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
    title: 'Create your account',
    body: html`${renderAlert(errors?.message)}
${renderForm({ intent: 'accept', token, fields, button: 'Create account' }, errors)}`,
  }
}

function emailField(invitedEmail: string | null, typedEmail: string | undefined, isRequired: boolean): Field {
  const label = 'E-mail address'
  if (invitedEmail !== null) {
    return { label, name: 'invited', value: invitedEmail, autocomplete: 'email', isReadonly: true }
  }
  const purpose = 'We’ll send you an e-mail to verify it. You need it if you forget your password.'
  return {
    label,
    name: 'email',
    type: 'email',
    value: typedEmail,
    autocomplete: 'email',
    isOptional: !isRequired,
    hint: isRequired ? purpose : `Optional. ${purpose}`,
  }
}
