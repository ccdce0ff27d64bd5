import type { Timing } from '../../config/index.ts'

/**
 * The statements with which a transaction begins, behind `begin`. They limit how long it can block others: a statement
 * that runs, a lock that it waits for, an instance that has stopped. The limits belong to the transaction, because a
 * pooler such as PgBouncer hands the session to others.
 * @returns statements separated by semicolons; empty if only the limits of the role apply
 */
export function beginStatements({ databaseStatementMs, databaseLockMs, databaseIdleTransactionMs }: Timing): string {
  return Object.entries({
    statement_timeout: databaseStatementMs,
    lock_timeout: databaseLockMs,
    idle_in_transaction_session_timeout: databaseIdleTransactionMs,
  })
    .filter(([, milliseconds]) => milliseconds > 0)
    .map(([name, milliseconds]) => `set local ${name} = ${milliseconds}`)
    .join('; ')
}
