import { html, type Html } from '../../src/lib/html.ts'
import type { Faults } from './faults.ts'

interface Field {
  label: string
  name: string
  type?: 'text' | 'password' | 'email'
  value?: string | undefined
  /** Of the HTML standard, for password managers. */
  autocomplete: 'username' | 'current-password' | 'new-password' | 'one-time-code' | 'email' | 'name'
  inputmode?: 'numeric'
  minlength?: number
  isReadonly?: boolean
  isOptional?: boolean
  hint?: string
}

interface Form {
  intent: string
  /** What the link held. */
  token?: string | undefined
  fields?: Field[]
  button: string
  isQuiet?: boolean
}

/** A form that posts to the page itself. The cursor is in the first field that is at fault. */
export function formOf({ intent, token, fields = [], button, isQuiet = false }: Form, faults?: Faults): Html {
  const first = fields.find(({ name }) => faults?.of(name) !== undefined)
  return html`<form method="post">
${hiddenOf('intent', intent)}${token === undefined ? undefined : hiddenOf('token', token)}
${fields.map((field) => fieldOf(field, faults?.of(field.name), field === first))}<button${isQuiet ? html` class="quiet"` : undefined}>${button}</button>
</form>
`
}

/** An input with its label, and what is wrong with it, above: below, keyboards and password managers cover it. */
function fieldOf(
  {
    label,
    name,
    type = 'text',
    value,
    autocomplete,
    inputmode,
    minlength,
    isReadonly = false,
    isOptional = false,
    hint,
  }: Field,
  error: string | undefined,
  isFirst: boolean,
): Html {
  const note = error ?? hint
  const attributes = [
    value === undefined ? undefined : html` value="${value}"`,
    inputmode && html` inputmode="${inputmode}"`,
    minlength && html` minlength="${minlength}"`,
    isReadonly ? html` readonly` : undefined,
    isOptional ? undefined : html` required`,
    note && html` aria-describedby="${name}-note"`,
    error && html` aria-invalid="true"`,
    isFirst ? html` autofocus` : undefined,
  ]
  return html`<label for="${name}">${label}</label>
${
  note &&
  html`<p class="${error === undefined ? 'hint' : 'error'}" id="${name}-note">${note}</p>
`
}<input class="field" id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" dir="auto"${attributes}>
${type === 'password' ? revealing(name) : undefined}`
}

/** For the script, which shows it (NIST SP 800-63B-4 3.1.1.2 asks for it). */
function revealing(name: string) {
  return html`<label class="show" hidden><input type="checkbox" data-shows="${name}"> Show the password</label>
`
}

/** What is sent along unseen. */
export function hiddenOf(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

/** What is wrong with all of it. */
export function alertOf(message: string | undefined): Html | undefined {
  return message === undefined
    ? undefined
    : html`<p class="error alert" role="alert" tabindex="-1" autofocus>${message}</p>
`
}

/** Below a form: the ways to other views of the same page. */
export function otherWays(ways: Record<string, string>): Html {
  return html`<div class="other">
${Object.entries(ways).map(
  ([view, label]) => html`<a class="button" href="?view=${view}">${label}</a>
`,
)}</div>`
}
