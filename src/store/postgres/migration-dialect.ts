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
 * The dialect of a connection that only migrates. Kysely's lock belongs to the session; a pooler such as PgBouncer
 * gives each transaction another one, where the lock would stay. This one belongs to the transaction of the migration.
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

const locking = [
  // Limits that a role or a database sets for ordinary queries. A migration may be slow, or wait for another one.
  'set local statement_timeout = 0',
  'set local lock_timeout = 0',
  // Kysely's number, so that instances of earlier versions are kept out as well.
  'select pg_advisory_xact_lock(3853314791062309107)',
]

class LockingDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings) {
    await super.beginTransaction(connection, settings)
    for (const statement of locking) await connection.executeQuery(CompiledQuery.raw(statement))
  }
}

class LocklessAdapter extends PostgresAdapter {
  override async acquireMigrationLock() {}
  override async releaseMigrationLock() {}
}
