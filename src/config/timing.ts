/** Timeouts, and whether background jobs run by timers. Tests pass in their own values. */
export interface Timing {
  /** Whether timers run the background jobs. Without timers, `housekeep` sends e-mails and deletes expired rows. */
  hasTimers: boolean
  /** Timeouts of PostgreSQL, for a connection and for a query. */
  databaseConnectionMs: number
  databaseQueryMs: number
  /** Maximum expected wait for a connection of the pool. */
  databaseQueueMs: number
  /** Limits that PostgreSQL enforces within a transaction. With 0, those of the role apply. */
  databaseStatementMs: number
  databaseLockMs: number
  databaseIdleTransactionMs: number
  /** Timeout of all queries together for one request of a client. */
  databaseRequestMs: number
  /** How long a response waits until its attempts no longer count as failures for its network. */
  takeBackMs: number
  /** Minimum interval between two reads of the signing keys because of an unknown `kid`. Such tokens wait for it. */
  unknownKeyMs: number
}

export const productionTiming: Timing = {
  hasTimers: true,
  databaseConnectionMs: 2_500,
  databaseQueryMs: 2_500,
  databaseQueueMs: 1_000,
  // Less than `databaseQueryMs`, after which the connection is lost as well, and which covers all statements that are
  // sent together.
  databaseStatementMs: 2_000,
  // Longer than another instance may idle in a transaction, so that its locks are released first.
  databaseLockMs: 1_500,
  databaseIdleTransactionMs: 1_000,
  databaseRequestMs: 2_800,
  takeBackMs: 250,
  unknownKeyMs: 1_000,
}

/** For commands, which can wait longer than clients. */
export const commandTiming: Timing = {
  ...productionTiming,
  databaseConnectionMs: 5_000,
  databaseQueryMs: 30_000,
  databaseQueueMs: 30_000,
  databaseStatementMs: 25_000,
  databaseLockMs: 10_000,
  databaseIdleTransactionMs: 30_000,
  databaseRequestMs: 60_000,
}
