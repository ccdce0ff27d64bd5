import { createUserListing } from '../users/index.ts'
import type { OpenDatabase } from './database.ts'

/** Lists and finds users as the API does; it needs no secret. */
export function createListing({ config: { accountFailures: mostInARow, now }, store }: OpenDatabase) {
  return createUserListing({ store, mostInARow, now })
}
