/** How long the product waits, and whether it works by itself. Tests pass in values of their own. */
export interface Timing {
  /** Whether periodic jobs run by themselves. Without timers, `housekeep` sends e-mails and deletes expired rows. */
  hasTimers: boolean
  /** Milliseconds until a request to PostgreSQL is given up: for a connection, and for a query. */
  databaseConnectionMs: number
  databaseQueryMs: number
}

export const productionTiming: Timing = {
  hasTimers: true,
  databaseConnectionMs: 3_000,
  databaseQueryMs: 5_000,
}
