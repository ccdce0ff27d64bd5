import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
} from 'kysely'

interface Config extends PostgresDialectConfig {
  /** The SQL that begins a transaction. */
  begin: string
}

/** A dialect whose transactions begin with SQL of their own. */
export class LimitingDialect extends PostgresDialect {
  readonly #config: Config

  constructor(config: Config) {
    super(config)
    this.#config = config
  }

  override createDriver() {
    return new LimitingDriver(this.#config)
  }
}

class LimitingDriver extends PostgresDriver {
  readonly #begin: CompiledQuery

  constructor(config: Config) {
    super(config)
    this.#begin = CompiledQuery.raw(config.begin)
  }

  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(this.#begin)
  }
}
