import { sql } from 'kysely'
import type { ColumnTypes, RowOf, RowParameters } from '../row-parameters.ts'

/**
 * Rows as one array per column. PostgreSQL knows their length when it plans the statement, and returns the rows in the
 * order of the arrays.
 */
export function rowParameters<Columns extends ColumnTypes>(columns: Columns): RowParameters<RowOf<Columns>> {
  const names = Object.keys(columns)
  const arrays = Object.values(columns).map((type) => sql`cast(${[]} as ${sql.raw(type)}[])`)
  return {
    rows: sql`(select * from unnest(${sql.join(arrays)}) as arrays(${sql.join(names.map((name) => sql.ref(name)))}))`,
    encode: (rows) => names.map((name) => rows.map((row) => row[name])),
  }
}
