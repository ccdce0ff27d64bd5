import { html, type Html } from '../../src/lib/html.ts'
import type { FormErrors } from './form-errors.ts'

export interface Field {
  label: string
  name: string
  type?: 'text' | 'password' | 'email'
  value?: string | undefined
  /** A token of the HTML standard, for password managers. */
  autocomplete: 'username' | 'current-password' | 'new-password' | 'one-time-code' | 'email' | 'name'
  inputmode?: 'numeric'
  minlength?: number
  isReadonly?: boolean
  isOptional?: boolean
  hint?: string
}

interface Form {
  intent: string
  /** The token of the link. */
  token?: string | undefined
  fields?: Field[]
  button: string
  isQuiet?: boolean
}

/** A form that posts to its own page. The first field with an error has the focus. */
export function renderForm({ intent, token, fields = [], button, isQuiet = false }: Form, errors?: FormErrors): Html {
  const firstWrong = fields.find(({ name }) => errors?.of(name) !== undefined)
  const inputs = fields.map((field) => renderField(field, errors?.of(field.name), field === firstWrong))
  const look = isQuiet ? html` class="quiet"` : undefined
  return html`<form method="post">
${renderHiddenInput('intent', intent)}${token === undefined ? undefined : renderHiddenInput('token', token)}
${inputs}<button${look}>${button}</button>
</form>
`
}

/** An input with its label. Its error stands above: below, keyboards and password managers would cover it. */
function renderField(field: Field, error: string | undefined, hasFocus: boolean): Html {
  const { label, name, type = 'text', value, autocomplete, inputmode, minlength, hint } = field
  const { isReadonly = false, isOptional = false } = field
  const note = error ?? hint
  const attributes = [
    html` autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" dir="auto"`,
    value === undefined ? undefined : html` value="${value}"`,
    inputmode && html` inputmode="${inputmode}"`,
    minlength && html` minlength="${minlength}"`,
    isReadonly ? html` readonly` : undefined,
    isOptional ? undefined : html` required`,
    note && html` aria-describedby="${name}-note"`,
    error && html` aria-invalid="true"`,
    hasFocus ? html` autofocus` : undefined,
  ]
  const noteClass = error === undefined ? 'hint' : 'error'
  return html`<label for="${name}">${label}</label>
${
  note &&
  html`<p class="${noteClass}" id="${name}-note">${note}</p>
`
}<input class="field" id="${name}" name="${name}" type="${type}"${attributes}>
${type === 'password' ? renderShowPassword(name) : undefined}`
}

/** Hidden until the script runs, which does the showing (NIST SP 800-63B-4 3.1.1.2 asks for it). */
function renderShowPassword(name: string) {
  return html`<label class="show" hidden><input type="checkbox" data-shows="${name}"> Show the password</label>
`
}

export function renderHiddenInput(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

/** Renders an error that concerns the form as a whole. */
export function renderAlert(message: string | undefined): Html | undefined {
  return message === undefined
    ? undefined
    : html`<p class="error alert" role="alert" tabindex="-1" autofocus>${message}</p>
`
}

/** Links, below a form, to other views of the same page. @param labels by view */
export function renderViewLinks(labels: Record<string, string>): Html {
  return html`<div class="other">
${Object.entries(labels).map(
  ([view, label]) => html`<a class="button" href="?view=${view}">${label}</a>
`,
)}</div>`
}

/** For browsers in which the script cannot take the token out of the link. */
export function renderNoScript(advice: string): Html {
  const text = `The link in a mail needs scripts, and this browser runs none. ${advice}`
  return html`<noscript><p class="note">${text}</p></noscript>`
}

export interface CodeValues {
  username?: string | undefined
  code?: string | undefined
}

/** The fields for a mailed code. @param label that of the account's name */
export function codeFields(label: string, { username, code }: CodeValues): Field[] {
  return [
    { label, name: 'username', value: username, autocomplete: 'username' },
    { label: 'Code', name: 'code', value: code, autocomplete: 'one-time-code', inputmode: 'numeric' },
  ]
}

/** The account that a link is for, as password managers need it beside a password. */
export function accountField(accountName: string): Field {
  return { label: 'Account', name: 'username', value: accountName, autocomplete: 'username', isReadonly: true }
}

/** The form that asks for an e-mail with a link and a code. */
export function renderRequestForm(username: string | undefined, errors: FormErrors | undefined): Html {
  const fields: Field[] = [
    { label: 'Username or e-mail address', name: 'username', value: username, autocomplete: 'username' },
  ]
  return renderForm({ intent: 'request', fields, button: 'Send the mail' }, errors)
}

/** @param minLength in characters */
export function passwordHint(minLength: number) {
  return `At least ${minLength} characters. ` + 'A few words that do not belong together are good, and easy to type.'
}
