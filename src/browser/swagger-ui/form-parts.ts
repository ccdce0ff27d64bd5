import { OAuthError, PasskeyError } from '../session/errors.ts'
import type { Node, System } from './system.ts'

/** A field with its label. */
export function field({ React: { createElement: h } }: System, label: string, id: string, attributes: object): Node {
  return h(
    'div',
    { className: 'latchkey-field' },
    h('label', { htmlFor: id }, label),
    h('input', { id, type: 'text', required: true, ...attributes }),
  )
}

/** A button that submits nothing, unless the attributes say so. */
export function button({ React: { createElement: h } }: System, label: string, attributes: object): Node {
  return h('button', { type: 'button', className: 'btn modal-btn auth', ...attributes }, label)
}

/** A row of buttons. */
export function actions({ React: { createElement: h } }: System, ...buttons: Node[]): Node {
  return h('div', { className: 'latchkey-actions' }, ...buttons)
}

/** Says what went wrong, or nothing. */
export function errorMessage({ React: { createElement: h } }: System, error: string | undefined): Node {
  return error !== undefined && h('div', { className: 'errors', role: 'alert', ref: scrollIntoSight }, error)
}

/** Called by React with the element once it is drawn, and with null before it is removed. */
function scrollIntoSight(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'center' })
}

/** @returns what went wrong, for the user */
export function explain(error: unknown): string {
  if (error instanceof PasskeyError) return error.message
  const cause = error instanceof Error && error.cause instanceof OAuthError ? error.cause : error
  if (!(cause instanceof OAuthError)) {
    return (
      'The server could not be reached. Check that it is running. If it is on another origin, it must allow this ' +
      'page (CORS_ORIGINS).'
    )
  }
  const { message, retryAfter } = cause
  // Many services say so themselves.
  if (retryAfter === undefined || /try again/i.test(message)) return message
  return `${message.replace(/\.?$/, '.')} Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`
}
