import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresAdapter,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type TransactionSettings,
} from 'kysely'

/**
 * The dialect of a connection that only migrates. Kysely's lock belongs to the session. A pooler such as PgBouncer may
 * run the next transaction in another session, so that the lock would never be released. This dialect's lock belongs to
 * the transaction of the migration.
 */
export class MigrationDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig

  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver() {
    return new LockingDriver(this.#config)
  }

  override createAdapter() {
    return new LocklessAdapter()
  }
}

const lockStatements = [
  // Lifts the limits of the role or database for ordinary queries. A migration may be slow, or wait for another one.
  'set local statement_timeout = 0',
  'set local lock_timeout = 0',
  'set local idle_in_transaction_session_timeout = 0',
  // The number of Kysely's own lock, so that instances of earlier versions wait as well.
  'select pg_advisory_xact_lock(3853314791062309107)',
]

class LockingDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings) {
    await super.beginTransaction(connection, settings)
    for (const statement of lockStatements) await connection.executeQuery(CompiledQuery.raw(statement))
  }
}

class LocklessAdapter extends PostgresAdapter {
  override async acquireMigrationLock() {}
  override async releaseMigrationLock() {}
}
