import { sql } from 'kysely'
import type { ColumnTypes, RowOf, RowParameters } from '../row-parameters.ts'

/** Rows as one JSON array of arrays. */
export function rowParameters<Columns extends ColumnTypes>(columns: Columns): RowParameters<RowOf<Columns>> {
  const names = Object.keys(columns)
  const values = names.map((name, index) => sql`value ->> ${sql.lit(index)} as ${sql.ref(name)}`)
  return {
    rows: sql`(select ${sql.join(values)} from json_each(${''}))`,
    encode: (rows) => [JSON.stringify(rows.map((row) => names.map((name) => row[name])))],
  }
}
