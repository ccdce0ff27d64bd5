import { type Kysely, sql } from 'kysely'
import type { Reader } from '../database.ts'
import type { UserSearch } from '../user-search.ts'

const columns = { username: 'username_fold', name: 'name_fold', email: 'email_fold', scopes: 'scopes' }

/**
 * Creates indexes of trigrams, if the extension `pg_trgm` is installed or may be installed. Without them, searches read
 * all users. Operators of large databases create the indexes in advance, since this blocks writes meanwhile.
 */
export async function indexUserText<Schema>(db: Kysely<Schema>): Promise<void> {
  await sql`do $$ begin
      create extension if not exists pg_trgm;
    exception when others then
      raise notice 'pg_trgm is not available: %', sqlerrm;
    end $$`.execute(db)
  const { rows } = await sql<{ schema: string }>`
    select nspname as schema from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
    where extname = 'pg_trgm'`.execute(db)
  for (const { schema } of rows) {
    for (const [field, column] of Object.entries(columns)) {
      await sql`create index if not exists ${sql.ref(nameOf(field))} on users
        using gin (${sql.ref(column)} ${sql.id(schema, 'gin_trgm_ops')})`.execute(db)
    }
  }
}

/** Whether the indexes of trigrams exist. */
export async function hasTextIndexes(db: Reader): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_class join pg_index on indexrelid = pg_class.oid
    where relnamespace = current_schema()::regnamespace and indisvalid
      and relname in (${sql.join(Object.keys(columns).map(nameOf))})`.execute(db)
  return rows.length === Object.keys(columns).length
}

function nameOf(field: string) {
  return `users_${field}_text`
}

export const userSearch: UserSearch = {
  selectIdsContaining(fields, text) {
    const pattern = `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`
    const contain = fields.map((field) => {
      const contains = sql`${sql.ref(columns[field])} like ${pattern}`
      // Without a username, the column contains the id.
      return field === 'username' ? sql`(username <> '' and ${contains})` : contains
    })
    return sql<{ id: string }>`select id from users where ${sql.join(contain, sql` or `)}`
  },

  isOneOf: (ids) => sql`id = any(${ids}::text[])`,

  async estimateCount(users) {
    const [plan] = await users.select('id').explain<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>('json')
    return plan?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
  },
}
