import pg from 'pg'
import { StartError } from '../../errors/index.ts'
import { describeDatabase } from './connection.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, insufficient
// resources, operator intervention (shut down, cancelled), a standby that only reads.
const unavailableStates = /^(08...|53...|57...|25006)$/
const connectionErrors = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE)$/
// The errors that pg itself raises have no code.
const unavailableMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error',
]

/** Whether an error means that the database is unreachable or out of resources. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error) ?? ''
  return (
    unavailableStates.test(code) ||
    connectionErrors.test(code) ||
    unavailableMessages.some((beginning) => error.message.startsWith(beginning))
  )
}

/**
 * A serialization failure or a deadlock; or an e-mail address that another account has verified in
 * the meantime, which the next attempt finds.
 */
export function isRetryable(error: unknown) {
  const code = codeOf(error)
  if (code === '23505') return error instanceof pg.DatabaseError && error.constraint === 'users_verified_email'
  return code === '40001' || code === '40P01'
}

function codeOf(error: unknown) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** An error that tells the operator which database cannot be used, and why. */
export function startErrorOf(url: string, cause: unknown) {
  if (cause instanceof StartError) return cause
  const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause)
  const remedy = /does not support SSL/.test(String(reason))
    ? '. Set up TLS there, or add sslmode=disable to the URL if the network in between is your own'
    : ''
  return new StartError([`${describeDatabase(url)} cannot be used: ${reason}${remedy}`], { cause })
}
