import { hash } from 'node:crypto'
import { readableTextColor } from '../../src/lib/readable-text-color.ts'

const stylesheet = `
:root {
  color-scheme: light dark; --ink: #1b1d1c; --quiet: #5a605c; --edge: #848a86; --line: #dcdfdd;
  --bad: #b3261e; --paper: #fff; --ground: #f1f3f2
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ebe9; --quiet: #a8aeaa; --edge: #7d837f; --line: #383c3a; --bad: #ff9d93; --paper: #1c1f1d;
    --ground: #101211
  }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body {
  margin: 0; padding: 16px; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere
}
main {
  max-width: 27rem; margin: 7vh auto; padding: 28px 24px; background: var(--paper); border-radius: 12px;
  border-top: 4px solid var(--brand)
}
p { margin: 0 0 16px }
main > :last-child, form > :last-child { margin-bottom: 0 }
.product { margin: 0 0 4px; color: var(--quiet); font-weight: 600 }
h1 { margin: 0 0 16px; font-size: 1.5rem; line-height: 1.25 }
form { margin: 0 }
label { display: block; font-weight: 600 }
input { font: inherit; color: inherit }
.field {
  display: block; width: 100%; min-height: 48px; margin: 6px 0 20px; padding: 10px 12px;
  background: transparent; border: 1px solid var(--edge); border-radius: 8px
}
.field[readonly] { min-height: 0; margin-top: 0; padding: 0; border: 0 }
.field[aria-invalid] { border: 2px solid var(--bad); padding: 9px 11px }
.field:has(+ .show:not([hidden])) { margin-bottom: 4px }
.show {
  display: flex; gap: 10px; align-items: center; min-height: 44px; margin-bottom: 12px; font-weight: 400;
  cursor: pointer
}
.show input { width: 20px; height: 20px; margin: 0; accent-color: var(--ink) }
button, .button {
  display: block; width: 100%; min-height: 48px; margin: 0 0 16px; padding: 11px 16px; font: inherit;
  font-weight: 600; text-align: center; text-decoration: none; color: var(--on-brand);
  background: var(--brand); border: 0; border-radius: 8px; box-shadow: inset 0 0 0 1px #8886; cursor: pointer
}
button.quiet, .button:not(.main) { color: inherit; background: transparent; box-shadow: inset 0 0 0 1px var(--edge) }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px }
p:focus-visible { outline: 0 }
.hint { margin-bottom: 0; color: var(--quiet); font-size: .875rem }
.error { margin-bottom: 0; color: var(--bad); font-size: .9375rem; font-weight: 500 }
.note, .alert { margin-bottom: 16px; padding-left: 12px; border-left: 3px solid var(--edge); font-size: 1rem }
.alert { border-color: var(--bad) }
form + .hint { margin-top: 12px }
a { color: inherit }
.exit { margin-top: 24px }
.other + .exit { margin-top: 16px }
.exit .button { margin-bottom: 0 }
.other { margin-top: 24px; padding-top: 24px; border-top: 1px solid var(--line) }
.other > :last-child { margin-bottom: 0 }
`

/**
 * Browsers do not send the fragment of a link, so the script posts it in a form, and removes it from the history. It
 * also removes the values of submitted forms from the history, so that the back button shows an empty form.
 */
export const script = `
const link = document.getElementById('link')
function takeLink () {
  const token = location.hash.slice(1)
  if (token === '') return
  history.replaceState(null, '', location.pathname)
  link.elements.token.value = token
  link.submit()
}
for (const box of document.querySelectorAll('.show input')) {
  const field = box.form.elements[box.dataset.shows]
  box.parentNode.hidden = false
  box.addEventListener('change', () => { field.type = box.checked ? 'text' : 'password' })
  box.form.addEventListener('submit', () => { field.type = 'password' })
}
addEventListener('submit', () => { history.replaceState(null, '', '') })
addEventListener('hashchange', takeLink)
takeLink()
`

export function stylesheetFor(color: string) {
  return `${stylesheet}:root { --brand: ${color}; --on-brand: ${readableTextColor(color)} }\n`
}

/** Content-Security-Policy: allows this stylesheet and script by their hashes, and forms that post to this origin. */
export function pagePolicy(color: string) {
  return [
    "default-src 'none'",
    `script-src '${hashSourceOf(script)}'`,
    `style-src '${hashSourceOf(stylesheetFor(color))}'`,
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** A hash source (CSP 3, 2.3.1). */
function hashSourceOf(text: string) {
  return `sha256-${hash('sha256', text, 'base64')}`
}
