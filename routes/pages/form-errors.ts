import { ApiError } from '../../src/errors/index.ts'
import { isText } from '../../src/lib/text.ts'
import type { Page } from './send-page.ts'

/** The errors of a sent form. */
export interface FormErrors {
  /** Status and headers of the page that shows the form again. */
  response: Pick<Page, 'status' | 'headers'>
  /** An error that concerns the form as a whole. */
  message: string | undefined
  /** @returns what is wrong with a field */
  of: (field: string) => string | undefined
}

/** Fields and messages for people, by the error code of the API. */
export type FieldMessages = Record<string, FieldMessage>

interface FieldMessage {
  field: string
  message: string
}

export const wrongCode: FieldMessage = {
  field: 'code',
  message: 'It is not the right one for this name, or too old. Look at both again, or send another mail.',
}

/** For a link that is invalid, used or expired. */
export const unusableLink: FormErrors = {
  response: { status: 400 },
  message: 'This link is too old, has been used, or is not whole. Send another mail.',
  of: () => undefined,
}

/** @throws the error itself, unless it is the client's (4xx) */
export function toFormErrors(error: unknown, messages: FieldMessages = {}): FormErrors {
  if (!(error instanceof ApiError) || error.statusCode >= 500) throw error
  const { statusCode: status, headers, code, message, errors = [] } = error
  const response = { status, headers }
  const own = Object.hasOwn(messages, code) ? messages[code] : undefined
  if (own !== undefined) {
    return { response, message: undefined, of: (field) => (field === own.field ? own.message : undefined) }
  }
  return {
    response,
    message: errors.length === 0 ? message : undefined,
    of: (field) => {
      const fieldError = errors.find(({ path }) => path === `/${field}`)
      return fieldError && toSentence(fieldError.message)
    },
  }
}

function toSentence(message: string) {
  return message === missing ? 'Please fill this in.' : `It ${message}.`
}

const missing = 'is required'

/** No name, code or password is nearly as long. */
const maxFieldLength = 1024

/** @throws {ApiError} 400 naming each field that is empty, too long, or contains invalid characters */
export function requireFields(fields: Record<string, string>): void {
  const errors = Object.entries(fields).flatMap(([field, text]) => {
    const message = checkField(text)
    return message === undefined ? [] : [{ path: `/${field}`, message }]
  })
  if (errors.length > 0) throw new ApiError('invalid_request', { detail: 'The form is not filled in.', errors })
}

function checkField(text: string): string | undefined {
  if (text === '') return missing
  if (text.length > maxFieldLength) return 'is too long'
  return isText(text) ? undefined : 'holds characters that cannot be typed: type it anew'
}
