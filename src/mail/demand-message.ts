import type { RenderedMessage } from './render-message.ts'

/** Values without which a mail is of no use. */
const neededNames = ['link', 'code'] as const

type NeededName = (typeof neededNames)[number]

/**
 * Checks what a template of a host has returned.
 * @throws {Error} when it is no message
 */
export function demandMessage(given: unknown): RenderedMessage {
  if (given instanceof Promise) {
    // Its rejection would end the process.
    given.catch(() => {})
    throw new Error('A mail template must return its message, not a promise.')
  }
  if (typeof given !== 'object' || given === null) throw new Error('A mail template must return an object.')
  const { subject, text, html }: { subject?: unknown; text?: unknown; html?: unknown } = given
  if (typeof subject !== 'string' || subject.trim() === '' || /\p{Cc}/u.test(subject)) {
    throw new Error('The subject of a mail must be one line of text.')
  }
  if (typeof text !== 'string' || text.trim() === '') throw new Error('The text of a mail must not be empty.')
  if (html === undefined) return { subject, text }
  if (typeof html !== 'string') throw new Error('The html of a mail must be a string.')
  return { subject, text, html }
}

/** Finds the parts of a message that lack a link or a code that its recipient needs. */
export function findMissing(
  { text, html }: RenderedMessage,
  values: object,
): { part: 'text' | 'html'; name: NeededName }[] {
  const needed: { link?: unknown; code?: unknown } = values
  const lacks = (content: string, name: NeededName) => {
    const value = needed[name]
    return typeof value === 'string' && !content.includes(value) && !(name === 'code' && hasDigits(content, value))
  }
  const missingFrom = (part: 'text' | 'html', content: string) =>
    neededNames.filter((name) => lacks(content, name)).map((name) => ({ part, name }))
  return [...missingFrom('text', text), ...(html === undefined ? [] : missingFrom('html', html))]
}

/** Whether a text has a code, however it sets its digits. */
function hasDigits(text: string, code: string) {
  return text.replace(/<[^>]*>|&nbsp;|[\s-]/g, '').includes(code.replace(' ', ''))
}
