import type { RenderedMessage } from './render-message.ts'

/** Values that a message must show if it has them. */
const neededNames = ['link', 'code'] as const

type NeededName = (typeof neededNames)[number]

/**
 * Checks the message that a host's template returns.
 * @throws {Error} when it is not a valid message
 */
export function demandMessage(given: unknown): RenderedMessage {
  if (given instanceof Promise) {
    // An unhandled rejection would end the process.
    given.catch(() => {})
    throw new Error('A mail template must return the message itself, not a promise.')
  }
  if (typeof given !== 'object' || given === null) {
    throw new Error('A mail template must return { subject, text, html }.')
  }
  const { subject, text, html }: { subject?: unknown; text?: unknown; html?: unknown } = given
  if (typeof subject !== 'string' || subject.trim() === '' || /\p{Cc}/u.test(subject)) {
    throw new Error('The subject of an e-mail must be one line of text.')
  }
  if (typeof text !== 'string' || text.trim() === '') throw new Error('The text of an e-mail must not be empty.')
  if (html === undefined) return { subject, text }
  if (typeof html !== 'string') throw new Error('The html of an e-mail must be a string, or be left out.')
  return { subject, text, html }
}

/** Finds the parts of a message in which a required link or code is missing. */
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

/** Whether a text shows the code, whatever separates its digits. */
function hasDigits(text: string, code: string) {
  return text.replace(/<[^>]*>|&nbsp;|[\s-]/g, '').includes(code.replace(' ', ''))
}
