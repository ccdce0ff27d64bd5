import { sql } from 'kysely'
import type { SchemaDialect } from '../migrations.ts'
import { indexUserText } from './user-search.ts'

/** The parts of the schema that are specific to PostgreSQL. */
export const schemaDialect: SchemaDialect = {
  text: sql`text collate "C"`,
  integer: sql`bigint`,
  appendOnly: (table) => [
    sql`create function ${sql.ref(`${table}_append_only`)}() returns trigger language plpgsql as $$
      begin raise exception 'rows of this table are never changed'; end $$`,
    sql`create trigger ${sql.ref(`${table}_append_only`)} before update on ${sql.table(table)}
      for each row execute function ${sql.ref(`${table}_append_only`)}()`,
  ],
  changeable: (table) => [
    sql`drop trigger ${sql.ref(`${table}_append_only`)} on ${sql.table(table)}`,
    sql`drop function ${sql.ref(`${table}_append_only`)}()`,
  ],
  indexUserText,
}
