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

/** Renders a form that posts to its own page. The first field with an error gets the focus. */
export function renderForm({ intent, token, fields = [], button, isQuiet = false }: Form, errors?: FormErrors): Html {
  const firstWrong = fields.find((field) => errors?.of(field) !== undefined)
  const inputs = fields.map((field) => renderField(field, errors?.of(field), field === firstWrong))
  const look = isQuiet ? html` class="quiet"` : undefined
  return html`<form method="post">
${renderHiddenInput('intent', intent)}${token === undefined ? undefined : renderHiddenInput('token', token)}
${inputs}<button${look}>${button}</button>
</form>
`
}

/** Renders an input. Its error is above it: on phones, the keyboard would cover an error below. */
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

/** Required by NIST SP 800-63B-4 3.1.1.2. It needs the script, which unhides it. */
function renderShowPassword(name: string) {
  return html`<label class="show" hidden><input type="checkbox" data-shows="${name}"> Show password</label>
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

/** Renders links to other views of the same page. @param labels by view */
export function renderViewLinks(labels: Record<string, string>): Html {
  return html`<div class="other">
${Object.entries(labels).map(
  ([view, label]) => html`<a class="button" href="?view=${view}">${label}</a>
`,
)}</div>`
}

/** For browsers without scripts: only the script can read the token in the link. */
export function renderNoScript(advice: string): Html {
  const text = `The link needs JavaScript, which is turned off in this browser. ${advice}`
  return html`<noscript><p class="note">${text}</p></noscript>`
}

export interface CodeValues {
  username?: string | undefined
  code?: string | undefined
}

/** The fields for an e-mailed code. @param label the label of the username field */
export function codeFields(label: string, { username, code }: CodeValues): Field[] {
  return [
    { label, name: 'username', value: username, autocomplete: 'username' },
    { label: 'Code', name: 'code', value: code, autocomplete: 'one-time-code', inputmode: 'numeric' },
  ]
}

/** Shows the account that a link is for. Password managers need it beside the password. */
export function accountField(accountName: string): Field {
  return { label: 'Account', name: 'username', value: accountName, autocomplete: 'username', isReadonly: true }
}

/** Renders the form that requests an e-mail with a link and a code. */
export function renderRequestForm(
  { username, button }: { username: string | undefined; button: string },
  errors: FormErrors | undefined,
): Html {
  const fields: Field[] = [
    { label: 'Username or e-mail address', name: 'username', value: username, autocomplete: 'username' },
  ]
  return renderForm({ intent: 'request', fields, button }, errors)
}

/** @param minLength in characters */
export function passwordHint(minLength: number) {
  return `At least ${minLength} characters. A few unrelated words are hard to guess and easy to type.`
}
