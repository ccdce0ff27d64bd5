import { ApiError } from '../../src/errors/index.ts'
import { isText } from '../../src/lib/text.ts'
import type { Page } from './page.ts'

/** What was wrong with a form. */
export interface Faults {
  answer: Pick<Page, 'status' | 'headers'>
  /** In no field. */
  message: string | undefined
  of: (field: string) => string | undefined
}

/** What is said of a refusal where its own words were meant for the API: by its code. */
export type Wordings = Record<string, Wording>

interface Wording {
  field: string
  message: string
}

export const wrongCode: Wording = {
  field: 'code',
  message: 'It is not the right one for this name, or too old. Look at both again, or send another mail.',
}

/** What a refusal says of the fields of a form; other errors are thrown again. */
export function faultsOf(error: unknown, wordings: Wordings = {}): Faults {
  if (!(error instanceof ApiError) || error.statusCode >= 500) throw error
  const { statusCode: status, headers, code, message, errors = [] } = error
  const answer = { status, headers }
  const wording = Object.hasOwn(wordings, code) ? wordings[code] : undefined
  if (wording !== undefined) {
    return { answer, message: undefined, of: (field) => (field === wording.field ? wording.message : undefined) }
  }
  return {
    answer,
    message: errors.length === 0 ? message : undefined,
    of: (field) => {
      const fault = errors.find(({ path }) => path === `/${field}`)
      return fault && sentenceOf(fault.message)
    },
  }
}

/** Of a link that nobody can use, or nobody any more. */
export const linkOver: Faults = {
  answer: { status: 400 },
  message: 'This link is too old, has been used, or is not whole. Send another mail.',
  of: () => undefined,
}

function sentenceOf(message: string) {
  return message === missing ? 'Please fill this in.' : `It ${message}.`
}

const missing = 'is missing'

/** What no name, code or password comes near. */
const longest = 1024

/** @throws {ApiError} 400 naming each field that is empty, or holds what nobody types */
export function demandTyped(fields: Record<string, string>): void {
  const errors = Object.entries(fields).flatMap(([field, text]) => {
    const message = faultOf(text)
    return message === undefined ? [] : [{ path: `/${field}`, message }]
  })
  if (errors.length > 0) throw new ApiError('invalid_request', { detail: 'The form is not filled in.', errors })
}

function faultOf(text: string): string | undefined {
  if (text === '') return missing
  if (text.length > longest) return 'is too long'
  return isText(text) ? undefined : 'holds characters that cannot be typed: type it anew'
}
