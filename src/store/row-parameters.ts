import type { RawBuilder } from 'kysely'

export type ColumnTypes = Record<string, 'text' | 'bigint'>

export type RowOf<Columns extends ColumnTypes> = {
  [Name in keyof Columns]: (Columns[Name] extends 'text' ? string : number) | null
}

/** Rows that a statement takes as parameters. Its text is the same for any number of rows. */
export interface RowParameters<Row> {
  /** A subquery with the rows, in their order. */
  rows: RawBuilder<Row>
  /** The parameters of a statement that contains `rows` once. */
  encode: (rows: Row[]) => unknown[]
}

export type MakeRowParameters = <Columns extends ColumnTypes>(columns: Columns) => RowParameters<RowOf<Columns>>
