import { STATUS_CODES } from 'node:http'
import type { ApiError } from './api-error.ts'

/** The body of an error response: problem details (RFC 9457 3) with a stable `code`. */
export function toProblem({ statusCode, message, code, errors }: ApiError) {
  return {
    type: 'about:blank',
    title: STATUS_CODES[statusCode] ?? 'Error',
    status: statusCode,
    detail: message,
    code,
    ...(errors === undefined ? {} : { errors }),
  }
}
