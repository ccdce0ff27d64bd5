/** Timeouts, and whether background jobs run by timers. Tests pass in their own values. */
export interface Timing {
  /** Whether timers run the background jobs. Without timers, `housekeep` sends e-mails and deletes expired rows. */
  hasTimers: boolean
  /** Timeouts of PostgreSQL, for a connection and for a query. */
  databaseConnectionMs: number
  databaseQueryMs: number
  /** Timeout of all queries together for one request of a client. */
  databaseRequestMs: number
  /** Minimum interval between two reads of the signing keys because of an unknown `kid`. Such tokens wait for it. */
  unknownKeyMs: number
}

export const productionTiming: Timing = {
  hasTimers: true,
  databaseConnectionMs: 2_500,
  databaseQueryMs: 2_500,
  databaseRequestMs: 2_800,
  unknownKeyMs: 1_000,
}

/** For commands, which can wait longer than clients. */
export const commandTiming: Timing = { ...productionTiming, databaseConnectionMs: 5_000, databaseQueryMs: 30_000 }
