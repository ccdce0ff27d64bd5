import pg from 'pg'
import { StartError } from '../../errors/index.ts'
import { describeDatabase } from './connection.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, insufficient
// resources, operator intervention (shut down, cancelled), a standby that only reads, a transaction that idled or ran
// for too long.
const unavailableStates = /^(08...|53...|57...|25006|25P03|25P04)$/
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

// A serialization failure, a deadlock, a lock that a limit of the role (`lock_timeout`) did not wait for.
const lostStates = /^(40001|40P01|55P03)$/

/**
 * Whether a transaction lost against another one; an e-mail address that another account has verified in the
 * meantime, which the next attempt finds; or a statement that was planned before its table was changed.
 */
export function isRetryable(error: unknown) {
  if (!(error instanceof pg.DatabaseError)) return false
  if (error.code === '23505') return error.constraint === 'users_verified_email'
  // The message is in the server's language: "cached plan must not change result type".
  if (error.code === '0A000') return error.routine === 'RevalidateCachedQuery'
  return lostStates.test(error.code ?? '')
}

function codeOf(error: unknown) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** An error that tells the operator which database cannot be used, and why. */
export function startErrorOf(url: string, cause: unknown) {
  if (cause instanceof StartError) return cause
  const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause)
  const remedy = remedies.find(([pattern]) => pattern.test(String(reason)))?.[1] ?? ''
  return new StartError([`${describeDatabase(url)} cannot be used: ${reason}${remedy}`], { cause })
}

const remedies: [RegExp, string][] = [
  [
    /does not support SSL/,
    '. Set up TLS there, or add sslmode=disable to the URL if the network in between is your own.',
  ],
  [/permission denied for schema/, '. Make the user its owner: alter database NAME owner to USER'],
  [
    /unsupported startup parameter/,
    '. A connection pooler does not pass on the options of the URL. Set them for the user instead: ' +
      'alter role NAME set search_path = SCHEMA',
  ],
]
