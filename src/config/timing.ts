/** How long the product waits, and whether it works by itself. Tests pass in values of their own. */
export interface Timing {
  /** Whether periodic jobs run by themselves. Without timers, `housekeep` sends e-mails and deletes expired rows. */
  hasTimers: boolean
  /** Milliseconds until a request to PostgreSQL is given up: for a connection, and for a query. */
  databaseConnectionMs: number
  databaseQueryMs: number
  /** Milliseconds until a request of a client that waits for the database is given up, with all of its queries. */
  databaseRequestMs: number
  /** Milliseconds between two reads of the signing keys for tokens with an unknown `kid`, which wait for the next. */
  unknownKeyMs: number
}

export const productionTiming: Timing = {
  hasTimers: true,
  databaseConnectionMs: 2_500,
  databaseQueryMs: 2_500,
  databaseRequestMs: 2_800,
  unknownKeyMs: 1_000,
}

/** For commands, which have more time than clients. */
export const commandTiming: Timing = { ...productionTiming, databaseConnectionMs: 5_000, databaseQueryMs: 30_000 }
