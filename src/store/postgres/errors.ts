import pg from 'pg'
import { StartError } from '../../errors/index.ts'
import { describeDatabase } from './connection.ts'

// From https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, insufficient resources,
// operator intervention (shut down, cancelled), a read-only standby, a transaction that idled or ran for too long.
const unavailableStates = /^(08...|53...|57...|25006|25P03|25P04)$/
const connectionErrors = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE)$/
// Errors that pg itself raises have no code.
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

// A serialization failure, a deadlock, a lock that was not available within the role's `lock_timeout`.
const conflictStates = /^(40001|40P01|55P03)$/

/**
 * Whether the same work may succeed when it is repeated. This is so after a conflict with a concurrent transaction,
 * and when a statement was planned before its table changed. It is also so when another account has verified the same
 * e-mail address meanwhile, since the next attempt finds that account.
 */
export function isRetryable(error: unknown) {
  if (!(error instanceof pg.DatabaseError)) return false
  if (error.code === '23505') return error.constraint === 'users_verified_email'
  // In English the message is "cached plan must not change result type", but it depends on the server's language.
  if (error.code === '0A000') return error.routine === 'RevalidateCachedQuery'
  return conflictStates.test(error.code ?? '')
}

function codeOf(error: unknown) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * Makes an error that tells the operator which database cannot be used, why, and what to do.
 * @param url the URL of the database
 * @param cause the error to explain
 */
export function startErrorOf(url: string, cause: unknown) {
  if (cause instanceof StartError) return cause
  const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause)
  const remedy = remedies.find(([pattern]) => pattern.test(String(reason)))?.[1] ?? ''
  return new StartError([`${describeDatabase(url)} cannot be used: ${reason}${remedy}`], { cause })
}

const remedies: [RegExp, string][] = [
  [
    /does not support SSL/,
    '. Enable TLS on the server, or add sslmode=disable to the URL if you trust the network in between.',
  ],
  [/permission denied for schema/, '. Make the user the owner of the database: alter database NAME owner to USER'],
  [
    /unsupported startup parameter/,
    '. A connection pooler rejects the options in the URL. Set them for the user instead: ' +
      'alter role NAME set search_path = SCHEMA',
  ],
]
