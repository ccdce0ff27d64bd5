import { ApiError } from '../../src/errors/index.ts'
import { isText } from '../../src/lib/text.ts'
import type { Page } from './send-page.ts'

/** The errors of a submitted form. */
export interface FormErrors {
  /** The status and headers of the page that shows the form again. */
  response: Pick<Page, 'status' | 'headers'>
  /** An error that concerns the form as a whole. */
  message: string | undefined
  /** @returns a sentence that says what is wrong with a field */
  of: (field: { name: string; label: string }) => string | undefined
}

/** Messages that replace those of the API, by error code. */
export type FieldMessages = Record<string, FieldMessage>

interface FieldMessage {
  field: string
  message: string
}

export const wrongCode: FieldMessage = {
  field: 'code',
  message: 'This code is invalid or has expired. Check the code and the username, or send another e-mail.',
}

/** For a link that is invalid, has been used or has expired. */
export const unusableLink: FormErrors = {
  response: { status: 400 },
  message: 'This link is invalid or has expired. Request a new one.',
  of: () => undefined,
}

/** @throws the error itself if it is not a client error (4xx) */
export function toFormErrors(error: unknown, messages: FieldMessages = {}): FormErrors {
  if (!(error instanceof ApiError) || error.statusCode >= 500) throw error
  const { statusCode: status, headers, code, message, errors = [] } = error
  const response = { status, headers }
  const own = Object.hasOwn(messages, code) ? messages[code] : undefined
  if (own !== undefined) {
    return { response, message: undefined, of: ({ name }) => (name === own.field ? own.message : undefined) }
  }
  return {
    response,
    message: errors.length === 0 ? message : undefined,
    of: ({ name, label }) => {
      const fieldError = errors.find(({ path }) => path === `/${name}`)
      return fieldError && `${label} ${fieldError.message}.`
    },
  }
}

/** Far longer than any valid name, code or password. */
const maxFieldLength = 1024

/** @throws {ApiError} 400 with an error for each field that is empty, too long, or contains invalid characters */
export function requireFields(fields: Record<string, string>): void {
  const errors = Object.entries(fields).flatMap(([field, text]) => {
    const message = checkField(text)
    return message === undefined ? [] : [{ path: `/${field}`, message }]
  })
  if (errors.length > 0) throw new ApiError('invalid_request', { detail: 'A field of the form is invalid.', errors })
}

function checkField(text: string): string | undefined {
  if (text === '') return 'is required'
  if (text.length > maxFieldLength) return 'is too long'
  return isText(text) ? undefined : 'contains invalid characters. Type it again'
}
