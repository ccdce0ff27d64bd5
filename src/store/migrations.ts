import { type Kysely, type Migration, Migrator, type RawBuilder, sql } from 'kysely'
import { StartError } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'

/** The parts of the schema that differ between the two databases. */
export interface SchemaDialect {
  /** The type of text that is compared byte by byte, such as identifiers, names and hashes. */
  text: ReturnType<typeof sql>
  /** The type of a 64-bit integer. */
  integer: ReturnType<typeof sql>
  /** Statements after which the rows of a table cannot be updated. */
  appendOnly: (table: string) => RawBuilder<unknown>[]
  /** Statements that undo `appendOnly`. */
  changeable: (table: string) => RawBuilder<unknown>[]
  /** Creates what searches for parts of texts of users need. */
  indexUserText: <Schema>(db: Kysely<Schema>) => Promise<void>
}

export const migrationTable = 'latchkey_migrations'

/** All migrations, ordered by name. A migration that has landed must never be changed. */
export function migrations({
  text,
  integer,
  appendOnly,
  changeable,
  indexUserText,
}: SchemaDialect): Record<string, Migration> {
  return {
    '0001_accounts_sessions_keys': {
      async up(db) {
        await db.schema
          .createTable('users')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('username', text, (column) => column.notNull())
          .addColumn('username_fold', text, (column) => column.notNull().unique())
          .addColumn('name', text)
          .addColumn('email', text)
          .addColumn('email_fold', text)
          .addColumn('email_verified', 'integer', (column) => column.notNull())
          .addColumn('password_hash', text, (column) => column.notNull())
          .addColumn('scopes', text, (column) => column.notNull())
          .addColumn('disabled', 'integer', (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('updated_at', integer, (column) => column.notNull())
          .execute()
        await db.schema
          .createIndex('users_verified_email')
          .unique()
          .on('users')
          .column('email_fold')
          .where(sql.ref('email_verified'), '=', sql.lit(1))
          .execute()

        await db.schema
          .createTable('sessions')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
          .addColumn('client_id', text, (column) => column.notNull())
          .addColumn('scope', text, (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('used_at', integer, (column) => column.notNull())
          .addColumn('expires_at', integer, (column) => column.notNull())
          .execute()
        await db.schema.createIndex('sessions_user').on('sessions').column('user_id').execute()
        await db.schema.createIndex('sessions_end').on('sessions').column('expires_at').execute()

        await db.schema
          .createTable('signing_keys')
          .addColumn('kid', text, (column) => column.primaryKey())
          .addColumn('generation', 'integer', (column) => column.notNull().unique())
          .addColumn('alg', text, (column) => column.notNull())
          .addColumn('public_jwk', text, (column) => column.notNull())
          .addColumn('private_sealed', text, (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .execute()
      },
    },

    '0002_refresh_rotation_clients': {
      async up(db) {
        // Sessions that existed before this migration have no refresh token.
        await db.schema
          .alterTable('sessions')
          .addColumn('nonce', text, (column) => column.notNull().defaultTo(''))
          .execute()
        await db.schema
          .alterTable('sessions')
          .addColumn('generation', integer, (column) => column.notNull().defaultTo(0))
          .execute()
        await db.schema
          .alterTable('sessions')
          .addColumn('rotated_at', integer, (column) => column.notNull().defaultTo(0))
          .execute()
        await db.schema.alterTable('sessions').addColumn('address', text).execute()
        await db.schema.alterTable('sessions').addColumn('user_agent', text).execute()

        await db.schema
          .alterTable('signing_keys')
          .addColumn('signs_at', integer, (column) => column.notNull().defaultTo(0))
          .execute()
        // The longest lifetime that could be configured.
        await db.schema
          .alterTable('signing_keys')
          .addColumn('token_life', integer, (column) => column.notNull().defaultTo(86_400))
          .execute()
        await sql`update signing_keys set signs_at = created_at`.execute(db)

        await db.schema
          .createTable('clients')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('name', text, (column) => column.notNull())
          .addColumn('secret_hash', text, (column) => column.notNull())
          .addColumn('scopes', text, (column) => column.notNull())
          .addColumn('client_credentials', 'integer', (column) => column.notNull())
          .addColumn('introspection', 'integer', (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .execute()

        await db.schema
          .createTable('state')
          .addColumn('name', text, (column) => column.primaryKey())
          .addColumn('value', text, (column) => column.notNull())
          .execute()
      },
    },

    '0003_mail_recovery': {
      async up(db) {
        await db.schema.alterTable('users').addColumn('pending_email', text).execute()
        await db.schema
          .alterTable('users')
          .addColumn('password_version', 'integer', (column) => column.notNull().defaultTo(0))
          .execute()
        await db.schema.createIndex('users_email').on('users').column('email_fold').execute()

        await db.schema
          .createTable('codes')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
          .addColumn('purpose', text, (column) => column.notNull())
          .addColumn('email', text, (column) => column.notNull())
          .addColumn('sealed', text, (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('expires_at', integer, (column) => column.notNull())
          .addColumn('code_expires_at', integer, (column) => column.notNull())
          .addColumn('tries', 'integer', (column) => column.notNull())
          .addUniqueConstraint('codes_user_purpose', ['user_id', 'purpose'])
          .execute()
        await db.schema.createIndex('codes_end').on('codes').column('expires_at').execute()

        await db.schema
          .createTable('mail_requests')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('purpose', text, (column) => column.notNull())
          .addColumn('sealed', text, (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .execute()

        await db.schema
          .createTable('mails')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('kind', text, (column) => column.notNull())
          .addColumn('user_id', text, (column) => column.references('users.id').onDelete('set null'))
          .addColumn('recipient', text, (column) => column.notNull())
          .addColumn('sealed', text)
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('due_at', integer)
          .addColumn('expires_at', integer, (column) => column.notNull())
          .addColumn('tries', 'integer', (column) => column.notNull())
          .addColumn('sent_at', integer)
          .execute()
        await db.schema.createIndex('mails_due').on('mails').column('due_at').execute()
        await db.schema.createIndex('mails_user').on('mails').column('user_id').execute()
        await db.schema.createIndex('mails_recipient').on('mails').column('recipient').execute()

        await db.schema
          .createTable('retired_usernames')
          .addColumn('name_hash', text, (column) => column.primaryKey())
          .addColumn('retired_at', integer, (column) => column.notNull())
          .execute()
      },
    },

    '0004_guarding_audit_administration': {
      async up(db) {
        await db.schema.alterTable('users').addColumn('name_fold', text).execute()
        await foldNames(db)
        await db.schema.createIndex('users_created').on('users').columns(['created_at', 'id']).execute()

        await db.schema
          .createTable('events')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('event', text, (column) => column.notNull())
          .addColumn('outcome', text, (column) => column.notNull())
          .addColumn('user_id', text)
          .addColumn('actor_type', text)
          .addColumn('actor_id', text)
          .addColumn('address', text)
          .addColumn('user_agent', text)
          .addColumn('request_id', text)
          .addColumn('details', text, (column) => column.notNull())
          .execute()
        await db.schema.createIndex('events_user').on('events').columns(['user_id', 'id']).execute()
        for (const column of ['event', 'actor_id', 'address']) {
          await db.schema.createIndex(`events_${column}`).on('events').columns([column, 'id']).execute()
        }
        await db.schema.createIndex('events_time').on('events').column('created_at').execute()
        for (const statement of appendOnly('events')) await statement.execute(db)

        await db.schema
          .createTable('throttles')
          .addColumn('key', text, (column) => column.primaryKey())
          .addColumn('user_id', text)
          .addColumn('count', 'integer', (column) => column.notNull())
          .addColumn('counted_at', integer, (column) => column.notNull())
          .addColumn('ends_at', integer)
          .execute()
        await db.schema.createIndex('throttles_end').on('throttles').column('ends_at').execute()
        await db.schema.createIndex('throttles_user').on('throttles').column('user_id').execute()

        await db.schema
          .createTable('known_networks')
          .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
          .addColumn('network', text, (column) => column.notNull())
          .addColumn('seen_at', integer, (column) => column.notNull())
          .addPrimaryKeyConstraint('known_networks_key', ['user_id', 'network'])
          .execute()
        await db.schema.createIndex('known_networks_seen').on('known_networks').column('seen_at').execute()

        await db.schema
          .createTable('invitations')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('email', text)
          .addColumn('email_fold', text)
          .addColumn('name', text)
          .addColumn('scopes', text, (column) => column.notNull())
          .addColumn('sealed', text, (column) => column.notNull())
          .addColumn('inviter_type', text)
          .addColumn('inviter_id', text)
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('expires_at', integer, (column) => column.notNull())
          .execute()
        await db.schema.createIndex('invitations_end').on('invitations').column('expires_at').execute()
        await db.schema.createIndex('invitations_email').on('invitations').column('email_fold').execute()
      },
    },

    // This migration does not allow a rolling upgrade, because earlier versions cannot use the migrated database. Stop
    // all instances, then start the new version.
    '0005_public_vocabulary': {
      async up(db) {
        await db.schema.alterTable('codes').renameTo('one_time_tokens').execute()
        await db.schema.alterTable('one_time_tokens').renameColumn('tries', 'attempts').execute()
        await db.schema.dropIndex('codes_end').execute()
        await db.schema.createIndex('one_time_tokens_end').on('one_time_tokens').column('expires_at').execute()

        await db.schema.alterTable('mails').renameTo('outbox').execute()
        await db.schema.alterTable('outbox').renameColumn('tries', 'attempts').execute()
        await db.schema.alterTable('outbox').renameColumn('recipient', 'recipient_hash').execute()
        const outboxIndexes = { due: 'due_at', user: 'user_id', recipient: 'recipient_hash' }
        for (const [name, column] of Object.entries(outboxIndexes)) {
          await db.schema.dropIndex(`mails_${name}`).execute()
          await db.schema.createIndex(`outbox_${name}`).on('outbox').column(column).execute()
        }

        await db.schema.alterTable('signing_keys').renameColumn('token_life', 'token_lifetime_seconds').execute()

        await sql`update one_time_tokens set purpose = replace(purpose, ' ', '_')`.execute(db)
        await sql`update mail_requests set purpose = replace(purpose, ' ', '_')`.execute(db)
        await renameValues(db, 'outbox', 'kind', {
          'account shut': 'account_locked',
          'place shut': 'location_locked',
          'attempts failed': 'failed_attempts',
        })
        // The kind of an invitation ends with its id.
        await sql`update outbox set kind = replace(kind, 'invitation ', 'invitation:')`.execute(db)
        await sql`update outbox set kind = replace(kind, ' ', '_')`.execute(db)
        await renameValues(db, 'state', 'value', { 'key pairs': 'asymmetric', 'shared secret': 'symmetric' })
        await renameValues(db, 'state', 'name', { 'key family': 'key_type', 'master key': 'master_key' })

        for (const statement of changeable('events')) await statement.execute(db)
        await renameValues(db, 'events', 'event', {
          account_shut: 'account_locked',
          attempts_paused: 'sign_in_throttled',
          keys_rotated_now: 'signing_keys_revoked',
          email_disowned: 'email_rejected',
        })
        await renameInDetails(db, {
          '"factor":"mailed code"': '"factor":"mailed_code"',
          '"factor":"mailed link"': '"factor":"mailed_link"',
          '"reason":"no such account"': '"reason":"no_such_account"',
          '"reason":"shut"': '"reason":"locked"',
          '"known_place":': '"known_location":',
          '"unwritten":': '"suppressed":',
        })
        for (const statement of appendOnly('events')) await statement.execute(db)
      },
    },

    '0006_first_sign_ins': {
      async up(db) {
        await db.schema.alterTable('known_networks').addColumn('first_sign_in_at', integer).execute()
        await sql`update known_networks set first_sign_in_at = seen_at`.execute(db)
      },
    },

    '0007_late_refreshes': {
      async up(db) {
        await db.schema.alterTable('sessions').addColumn('device_id', text).execute()
        await db.schema.alterTable('sessions').addColumn('late_refreshes', text).execute()
      },
    },

    '0008_last_sign_in': {
      async up(db) {
        await db.schema.alterTable('users').addColumn('signed_in_at', integer).execute()
        // An approximation, because old rows of both tables have been deleted.
        await sql`update users set signed_in_at = (
          select max(sign_ins.at) from (
            select user_id, created_at as at from sessions
            union all
            select user_id, seen_at as at from known_networks where first_sign_in_at is not null
          ) as sign_ins where sign_ins.user_id = users.id
        )`.execute(db)
      },
    },

    '0009_second_factors': {
      async up(db) {
        for (const column of ['second_factors', 'factors_version']) {
          await db.schema
            .alterTable('users')
            .addColumn(column, 'integer', (column) => column.notNull().defaultTo(0))
            .execute()
        }
        // During a rolling upgrade, earlier versions start sessions that count as not recently authenticated.
        await db.schema
          .alterTable('sessions')
          .addColumn('authenticated_at', integer, (column) => column.notNull().defaultTo(0))
          .execute()
        await db.schema
          .alterTable('sessions')
          .addColumn('methods', text, (column) => column.notNull().defaultTo('pwd'))
          .execute()
        await sql`update sessions set authenticated_at = created_at`.execute(db)
        await db.schema.alterTable('throttles').addColumn('factor', text).execute()

        await db.schema
          .createTable('totp_devices')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
          .addColumn('name', text, (column) => column.notNull())
          .addColumn('sealed', text, (column) => column.notNull())
          .addColumn('last_step', integer, (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('confirmed_at', integer)
          .addColumn('used_at', integer)
          .execute()
        await db.schema.createIndex('totp_devices_user').on('totp_devices').column('user_id').execute()
        await db.schema
          .createIndex('totp_devices_pending')
          .on('totp_devices')
          .column('created_at')
          .where(sql.ref('confirmed_at'), 'is', null)
          .execute()

        await db.schema
          .createTable('passkeys')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
          .addColumn('credential_id', text, (column) => column.notNull().unique())
          .addColumn('public_key', text, (column) => column.notNull())
          .addColumn('counter', integer, (column) => column.notNull())
          .addColumn('backup_eligible', 'integer', (column) => column.notNull())
          .addColumn('backed_up', 'integer', (column) => column.notNull())
          .addColumn('aaguid', text, (column) => column.notNull())
          .addColumn('transports', text, (column) => column.notNull())
          .addColumn('name', text, (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .addColumn('used_at', integer)
          .execute()
        await db.schema.createIndex('passkeys_user').on('passkeys').column('user_id').execute()

        await db.schema
          .createTable('recovery_codes')
          .addColumn('user_id', text, (column) => column.primaryKey().references('users.id').onDelete('cascade'))
          .addColumn('sealed', text, (column) => column.notNull())
          .addColumn('codes_left', 'integer', (column) => column.notNull())
          .addColumn('created_at', integer, (column) => column.notNull())
          .execute()

        await db.schema
          .createTable('used_tokens')
          .addColumn('id', text, (column) => column.primaryKey())
          .addColumn('expires_at', integer, (column) => column.notNull())
          .addColumn('used_at', integer)
          .addColumn('right_codes', 'integer', (column) => column.notNull())
          .execute()
        await db.schema.createIndex('used_tokens_end').on('used_tokens').column('expires_at').execute()
      },
    },

    // Operators of large PostgreSQL databases create these indexes in advance; see docs/operations/upgrade.md.
    '0011_search': {
      async up(db) {
        await indexUserText(db)
        await db.schema.createIndex('users_name').ifNotExists().on('users').column('name_fold').execute()
        const isAdministrator = sql<boolean>`replace(' ' || scopes || ' ', ' users:write ', '') <> ' ' || scopes || ' '`
        for (const [name, condition] of Object.entries({
          users_disabled: sql<boolean>`disabled = 1`,
          users_with_second_factor: sql<boolean>`second_factors > 0`,
          users_verified: sql<boolean>`email_verified = 1`,
          users_unverified: sql<boolean>`email_verified = 0`,
          users_administrators: isAdministrator,
        })) {
          const columns = ['created_at', 'id']
          await db.schema.createIndex(name).ifNotExists().on('users').columns(columns).where(condition).execute()
        }
        await db.schema
          .createIndex('throttles_locked')
          .ifNotExists()
          .on('throttles')
          .column('count')
          .where(sql.ref('ends_at'), 'is', null)
          .execute()
      },
    },

    // Rows that `completeRows` looks for every minute.
    '0012_incomplete_rows': {
      async up(db) {
        await db.schema
          .createIndex('users_unfolded')
          .ifNotExists()
          .on('users')
          .column('id')
          .where(sql.ref('name'), 'is not', null)
          .where(sql.ref('name_fold'), 'is', null)
          .execute()
        await db.schema
          .createIndex('sessions_incomplete')
          .ifNotExists()
          .on('sessions')
          .column('id')
          .where(sql.ref('authenticated_at'), '=', sql.lit(0))
          .execute()
      },
    },
  }
}

async function renameValues<Schema>(db: Kysely<Schema>, table: string, column: string, names: Record<string, string>) {
  for (const [previous, name] of Object.entries(names)) {
    const isPrevious = sql`${sql.ref(column)} = ${previous}`
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${name} where ${isPrevious}`.execute(db)
  }
}

/**
 * Renames parts of the JSON in `events.details` in one pass over the table. JSON escapes quotes within values, so no
 * value can be mistaken for such a part.
 */
async function renameInDetails<Schema>(db: Kysely<Schema>, parts: Record<string, string>) {
  let details = sql<string>`details`
  for (const [previous, part] of Object.entries(parts)) details = sql`replace(${details}, ${previous}, ${part})`
  const isAffected = Object.keys(parts).map((previous) => sql`details like ${`%${previous}%`}`)
  await sql`update events set details = ${details} where ${sql.join(isAffected, sql` or `)}`.execute(db)
}

/** Folds the display names, so that searches find them like usernames and addresses. */
async function foldNames(db: Kysely<UsersWithNames>) {
  for (let last = ''; ;) {
    const users = await db
      .selectFrom('users')
      .select(['id', 'name'])
      .where('id', '>', last)
      .where('name', 'is not', null)
      .orderBy('id')
      .limit(500)
      .execute()
    for (const { id, name } of users) {
      await db
        .updateTable('users')
        .set({ name_fold: fold(name ?? '') })
        .where('id', '=', id)
        .execute()
    }
    const end = users.at(-1)
    if (end === undefined) return
    last = end.id
  }
}

interface UsersWithNames {
  users: { id: string; name: string | null; name_fold: string | null }
}

/** The names of all migrations, in the order in which they are applied. */
export const migrationNames = Object.keys(
  migrations({
    text: sql`text`,
    integer: sql`integer`,
    appendOnly: () => [],
    changeable: () => [],
    indexUserText: async () => {},
  }),
)

/** How the migrations of a database differ from those of this version. */
export interface MigrationStatus {
  /** Migrations that have not been applied to the database yet. */
  pending: string[]
  /** Migrations that a newer version has applied. */
  unknown: string[]
}

/**
 * Reads the migration status of a database without changing it.
 * @param db the database
 * @param schema the PostgreSQL schema of the tables, because other schemas may belong to other installations
 */
export async function migrationStatusOf<Schema>(db: Kysely<Schema>, schema?: string): Promise<MigrationStatus> {
  const done = await appliedMigrations(db, schema)
  return {
    pending: migrationNames.filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !migrationNames.includes(name)),
  }
}

/** @throws {StartError} when the database was last used by a newer version */
export function refuseNewerDatabase({ unknown }: MigrationStatus): void {
  if (unknown.length === 0) return
  throw new StartError([
    `The database was last used by a newer version of Latchkey, which applied ${unknown.join(', ')}. ` +
      'Start that version or a later one, or restore a backup that was made before the upgrade.',
  ])
}

/**
 * Applies the pending migrations. The caller must ensure that no other process does so at the same time.
 * @param db the database
 * @param dialect the parts of the schema that are specific to the kind of database
 * @param schema the PostgreSQL schema of the tables
 * @returns the names of the migrations that were applied
 * @throws {StartError} when the database was last used by a newer version
 */
export async function migrate<Schema>(db: Kysely<Schema>, dialect: SchemaDialect, schema?: string): Promise<string[]> {
  refuseNewerDatabase(await migrationStatusOf(db, schema))
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations(dialect) },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return results.map(({ migrationName }) => migrationName)
}

/** @returns the names of the applied migrations; none if Latchkey has never used the database */
async function appliedMigrations<Schema>(db: Kysely<Schema>, schema: string | undefined): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const table = tables.find((table) => table.name === migrationTable && table.schema === schema)
  if (table === undefined) return []
  const place = schema === undefined ? sql.id(table.name) : sql.id(schema, table.name)
  const { rows } = await sql<{ name: string }>`select name from ${place} order by name`.execute(db)
  return rows.map((row) => row.name)
}
