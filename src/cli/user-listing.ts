import { createUserListing } from '../users/index.ts'
import type { OpenDatabase } from './database.ts'

/** Lists and finds users as the API does. It needs no secret. */
export function createListing({ config: { accountFailures, now }, store }: OpenDatabase) {
  return createUserListing({ store, accountFailures, now, maxUsersReadPerPage: Infinity })
}
