import type { RawBuilder, SelectQueryBuilder } from 'kysely'
import type { Schema } from './schema.ts'

/** The fields of users that can be searched. */
export type SearchedField = 'username' | 'name' | 'email' | 'scopes'

/** A text with fewer characters has no trigram, so no index finds it within a field. */
export const minIndexedCharacters = 3

/** Selects users. */
export type SelectUsers = SelectQueryBuilder<Schema, 'users', object>

/** The parts of searching for users that differ between the two databases. */
export interface UserSearch {
  /**
   * Makes a query for the ids of users, in no particular order, that uses an index of trigrams. A text of which an
   * index knows only some trigrams may take longer.
   * @param fields the fields of which one must contain the text
   * @param text a folded text with at least `minIndexedCharacters`
   */
  selectIdsContaining: (fields: readonly SearchedField[], text: string) => RawBuilder<{ id: string }>
  /** Makes a condition for users with one of these ids. */
  isOneOf: (ids: string[]) => RawBuilder<boolean>
  /** Estimates how many users a query selects, in a time that does not depend on their number. */
  estimateCount: (users: SelectUsers) => Promise<number>
}
