import type { Sessions } from './sessions.ts'
import type { FieldEvent, Node, System } from './system.ts'

/** Makes an element. Each part of the form takes it first, since Swagger UI brings React. */
export type CreateElement = System['React']['createElement']

/** @returns the id of each field; ids are unique although a page can have several forms */
export function idsFor(sessions: Sessions, name: string) {
  const isFirst = sessions.entries()[0]?.[0] === name
  return (field: string) => (isFirst ? `oauth_${field}` : `oauth_${field}_${name}`)
}

export function closeDialog(system: System) {
  system.authActions.showDefinitions(false)
}

export const heading = (h: CreateElement, name: string) => h('h4', {}, `${name} (OAuth2, password)`)

/** A label with its text field. @param attributes of the text field */
export function field(h: CreateElement, label: string, id: string, attributes: object) {
  return h(
    'div',
    { className: 'latchkey-field' },
    h('label', { htmlFor: id }, label),
    h('input', { id, type: 'text', ...attributes }),
  )
}

/** The field of a code, with the focus. */
export function codeField(h: CreateElement, id: string, attributes: object = {}) {
  const usual = { name: 'otp', autoComplete: 'one-time-code', autoFocus: true, required: true }
  return field(h, 'Code', id, { ...usual, ...attributes })
}

/** A checkbox with which a user skips the second factor for a while. Not ticked, since a computer may be shared. */
export function rememberField(h: CreateElement, days: number) {
  const label = `Do not ask again on this device for ${days === 1 ? 'a day' : `${days} days`}`
  return h(
    'label',
    { className: 'latchkey-remember' },
    h('input', { type: 'checkbox', name: 'remember_device' }),
    label,
  )
}

/** A checkbox for each scope, with its meaning. */
export function scopeFields(
  h: CreateElement,
  offered: [scope: string, meaning: unknown][],
  chosen: string[],
  choose: (scopes: string[]) => void,
) {
  const toggle = ({ currentTarget: { value, checked } }: FieldEvent<HTMLInputElement>) =>
    choose(checked ? [...chosen, value] : chosen.filter((scope) => scope !== value))
  return h(
    'fieldset',
    { className: 'latchkey-scopes' },
    h('legend', {}, 'Scopes'),
    h(
      'p',
      {},
      h('button', { type: 'button', onClick: () => choose(offered.map(([scope]) => scope)) }, 'Select all'),
      h('button', { type: 'button', onClick: () => choose([]) }, 'Select none'),
    ),
    ...offered.map(([scope, meaning]) =>
      h(
        'label',
        { key: scope },
        h('input', { type: 'checkbox', value: scope, checked: chosen.includes(scope), onChange: toggle }),
        h('span', {}, h('b', { className: 'name' }, scope), ' ', String(meaning)),
      ),
    ),
  )
}

/** The credentials of a client, folded away. */
export function clientFields(h: CreateElement, idOf: (field: string) => string) {
  return h(
    'details',
    {},
    h('summary', {}, 'Advanced: sign in through a client'),
    field(h, 'Client ID', idOf('client_id'), { name: 'client_id', autoComplete: 'off' }),
    field(h, 'Client secret', idOf('client_secret'), { name: 'client_secret', type: 'password', autoComplete: 'off' }),
    h(
      'div',
      { className: 'latchkey-field' },
      h('label', { htmlFor: idOf('client_authentication') }, 'Send the secret in'),
      h(
        'select',
        { id: idOf('client_authentication'), name: 'client_authentication' },
        h('option', { value: 'header' }, 'the Authorization header'),
        h('option', { value: 'body' }, 'the request body'),
      ),
    ),
  )
}

export function reasonOfFailure(h: CreateElement, error: string | undefined) {
  return error !== undefined && h('div', { className: 'errors', role: 'alert', ref: scrollIntoSight }, error)
}

/** Called by React with the element once it is drawn, and with null before it is removed. */
function scrollIntoSight(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'center' })
}

/** A button that submits nothing, unless the attributes say so. */
export function button(h: CreateElement, label: string, attributes: object) {
  return h('button', { type: 'button', className: 'btn modal-btn auth', ...attributes }, label)
}

/** A button that submits the form, and others. */
export function submitButtons(h: CreateElement, isBusy: boolean, label: string, ...others: Node[]) {
  const className = 'btn modal-btn auth authorize'
  return h(
    'div',
    { className: 'auth-btn-wrapper' },
    button(h, label, { type: 'submit', className, disabled: isBusy }),
    ...others,
  )
}

export function closeButton(h: CreateElement, system: System) {
  return button(h, 'Close', { className: 'btn modal-btn auth btn-done', onClick: () => closeDialog(system) })
}
