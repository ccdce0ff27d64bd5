import pg from 'pg'
import { StartError } from '../../errors/index.ts'
import { errorCodeOf } from '../../lib/error-code.ts'
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
  const code = errorCodeOf(error) ?? ''
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

/**
 * Makes an error that tells the operator which database cannot be used, why, and what to do.
 * @param url the URL of the database
 * @param cause the error to explain
 */
export function startErrorOf(url: string, cause: unknown) {
  if (cause instanceof StartError) return cause
  const reason = cause instanceof Error ? cause.message || errorCodeOf(cause) : String(cause)
  const facts = `${errorCodeOf(cause) ?? ''} ${reason}`
  const remedy = remedies.find(([pattern]) => pattern.test(facts))?.[1] ?? ''
  return new StartError([`${describeDatabase(url)} cannot be used: ${reason}${remedy}`], { cause })
}

/** The patterns match the code or the reason. PostgreSQL may translate the reason. */
const remedies: [RegExp, string][] = [
  [
    /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN) |connection timeout|timeout exceeded/,
    '. Check that the server is running, that DATABASE_URL has its host and port, and that this machine may reach it.',
  ],
  [
    /^28P01 |password must be a/,
    '. Correct the user and password in DATABASE_URL. Special characters of the password must be percent-encoded.',
  ],
  [
    /^28000 /,
    '. Check that the user in DATABASE_URL exists, and that pg_hba.conf allows it to connect from this machine.',
  ],
  [
    /^3D000 /,
    '. Correct the name in DATABASE_URL, or create the database: ' +
      "create database NAME owner USER encoding 'UTF8' template template0",
  ],
  [
    /does not support SSL/,
    '. Enable TLS on the server, or add sslmode=disable to the URL if you trust the network in between.',
  ],
  [
    /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY_LEAF)/,
    '. Set sslrootcert in DATABASE_URL to a file with the certificate of the authority that signed that of the server.',
  ],
  [
    /permission denied for schema/,
    '. Make the user the owner of the database: alter database NAME owner to USER. If you created a schema for it, ' +
      'also run: alter schema SCHEMA owner to USER',
  ],
  [
    /unsupported startup parameter/,
    '. A connection pooler rejects the options in the URL. Set them for the user instead: ' +
      'alter role NAME set search_path = SCHEMA',
  ],
]
