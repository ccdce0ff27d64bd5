import type { Timing } from '../../config/index.ts'

/**
 * The SQL that begins a transaction. It limits how long the transaction can block others: while a statement runs or
 * waits for a lock, and when the instance has stopped in the middle. The limits belong to the transaction, because a
 * pooler such as PgBouncer hands the session to others. With a limit of 0, that of the role applies.
 */
export function beginStatements({ databaseStatementMs, databaseLockMs, databaseIdleTransactionMs }: Timing): string {
  const limits = Object.entries({
    statement_timeout: databaseStatementMs,
    lock_timeout: databaseLockMs,
    idle_in_transaction_session_timeout: databaseIdleTransactionMs,
  })
  const statements = limits.filter(([, ms]) => ms > 0).map(([name, ms]) => `set local ${name} = ${ms}`)
  return ['begin', ...statements].join('; ')
}
