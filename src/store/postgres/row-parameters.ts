import { sql } from 'kysely'
import type { ColumnTypes, RowOf, RowParameters } from '../row-parameters.ts'

/** Rows as one array per column, whose lengths tell PostgreSQL the number of rows when it plans the statement. */
export function rowParameters<Columns extends ColumnTypes>(columns: Columns): RowParameters<RowOf<Columns>> {
  const names = Object.keys(columns)
  const arrays = Object.values(columns).map((type) => sql`cast(${[]} as ${sql.raw(type)}[])`)
  return {
    rows: sql`(select * from unnest(${sql.join(arrays)}) as given(${sql.join(names.map((name) => sql.ref(name)))}))`,
    encode: (rows) => names.map((name) => rows.map((row) => row[name])),
  }
}
