import { hash } from 'node:crypto'
import { html, Html } from '../../src/html.ts'
import type { Brand } from '../../src/mail/letter.ts'

const style = `
:root { color-scheme: light dark; --line: #8888; --quiet: #666; --bad: #b3261e; --paper: #fff; --ground: #f3f4f3 }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa; --bad: #ff8a80; --paper: #1d1f1e; --ground: #121413 } }
* { box-sizing: border-box }
body { margin: 0; padding: 16px; background: var(--ground); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere }
main { max-width: 26rem; margin: 6vh auto; padding: 24px; background: var(--paper); border-radius: 12px; border-top: 4px solid var(--brand) }
.product { margin: 0; color: var(--quiet); font-weight: 600 }
h1 { margin: 4px 0 16px; font-size: 1.5rem; line-height: 1.25 }
form { margin: 16px 0 }
label { display: block; margin-top: 16px; font-weight: 600 }
input { display: block; width: 100%; margin-top: 4px; padding: 10px 12px; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px }
input[readonly] { border-color: transparent; padding-left: 0; font-weight: 400 }
input[aria-invalid] { border-color: var(--bad) }
input:focus-visible, button:focus-visible, summary:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
button { margin-top: 20px; width: 100%; padding: 12px; font: inherit; font-weight: 600; color: #fff; background: var(--brand); border: 0; border-radius: 6px; cursor: pointer }
button.quiet { color: inherit; background: transparent; border: 1px solid var(--line); margin-top: 8px }
.hint { margin: 4px 0 0; color: var(--quiet); font-size: .875rem }
.error { margin: 4px 0 0; color: var(--bad); font-weight: 600 }
details { margin-top: 24px; border-top: 1px solid var(--line); padding-top: 16px }
summary { cursor: pointer }
`

/** What stands behind the # of a link never reaches a server by itself: it is put into the form, and out of the history. */
const script = `
const token = location.hash.slice(1)
if (token !== '') {
  history.replaceState(null, '', location.pathname)
  const form = document.getElementById('link')
  form.elements.token.value = token
  form.submit()
}
`

/** Names the two by what they hold: nothing else runs, and no form goes anywhere else. */
export function pagePolicy ({ color }: Brand) {
  return `default-src 'none'; script-src '${sourceOf(script)}'; style-src '${sourceOf(styleFor(color))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`
}

function sourceOf (text: string) {
  return `sha256-${hash('sha256', text, 'base64')}`
}

function styleFor (color: string) {
  return `${style}:root { --brand: ${color} }\n`
}

/** @param takesLink whether the page is one that links of mails open */
export function pageOf ({ name, color }: Brand, { title, body, takesLink = false }: { title: string, body: Html, takesLink?: boolean }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - ${name}</title>
<style>${new Html(styleFor(color))}</style>
</head>
<body>
<main>
<p class="product">${name}</p>
<h1>${title}</h1>
${body}
</main>
${takesLink ? html`<script>${new Html(script)}</script>` : undefined}
</body>
</html>
`.text
}

interface Field {
  label: string
  name: string
  type?: 'text' | 'password'
  value?: string | undefined
  /** Of the HTML standard, for password managers. */
  autocomplete: string
  inputmode?: 'numeric' | 'email'
  isReadonly?: boolean
  hint?: string
  /** What is wrong with what was typed. */
  error?: string | undefined
}

/** An input with its label above it, and what is wrong below. */
export function fieldOf ({ label, name, type = 'text', value = '', autocomplete, inputmode, isReadonly = false, hint, error }: Field): Html {
  const note = error ?? hint
  const kind = error === undefined ? 'hint' : 'error'
  const attributes = [
    type === 'password' ? undefined : html` value="${value}"`,
    inputmode && html` inputmode="${inputmode}"`,
    isReadonly ? html` readonly` : undefined,
    note && html` aria-describedby="${name}-note"`,
    error && html` aria-invalid="true" autofocus`,
  ]
  const aloud = html` role="alert"`
  return html`<label>${label}
<input name="${name}" type="${type}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" required${attributes}></label>
${note && html`<p class="${kind}" id="${name}-note"${error && aloud}>${note}</p>`}
`
}

/** What is sent along unseen. */
export function hiddenOf (name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

/** A form that posts to the page itself. */
export function formOf (page: string, content: Html): Html {
  return html`<form method="post" action="${page}">
${content}
</form>
`
}

/** The form that the script fills in from the link. */
export function linkFormOf (page: string): Html {
  return html`<form method="post" action="${page}" id="link" hidden>${hiddenOf('intent', 'open')}${hiddenOf('token', '')}</form>
`
}

/** What is wrong with all of it. */
export function alertOf (message: string | undefined): Html | undefined {
  return message === undefined
    ? undefined
    : html`<p class="error" role="alert">${message}</p>
`
}
