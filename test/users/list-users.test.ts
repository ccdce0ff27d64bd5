import { openStore } from '../../src/store/index.ts'
import { createUserListing, type UserFilter } from '../../src/users/index.ts'
import t from 'tap'
import { databaseOf, onBoth } from '../support/build.ts'

onBoth(t, 'a page ends after a number of users, even if fewer match than its limit', async (t, database) => {
  const { DATABASE_URL: url = ':memory:' } = await databaseOf(t, database)
  const store = await openStore(url)
  t.teardown(() => store.close())
  const users = Array.from({ length: 7 }, (_, index) => ({
    id: `00000000-0000-7000-8000-00000000000${index}`,
    ...{ username: `user${index}`, username_fold: `user${index}`, password_hash: '', scopes: '' },
    ...{
      email_verified: 0 as const,
      disabled: 0 as const,
      created_at: index,
      updated_at: 0,
      signed_in_at: index === 3 ? 3 : 0,
    },
  }))
  await store.write((db) => db.insertInto('users').values(users).execute())
  const listing = createUserListing({
    ...{ store, accountFailures: 100, now: () => 0 },
    ...{ maxUsersReadPerPage: 4, usersPerStep: 2 },
  })

  async function pages(filter: UserFilter, limit: number) {
    const matches = await listing.match(filter)
    const found: string[][] = []
    for (let after: string | null | undefined; after !== null;) {
      const { items, next } = await matches.page({ after, limit })
      found.push(items.map(({ username }) => username ?? ''))
      after = next
    }
    return found
  }

  t.strictSame(await pages({ signedInSince: 9 }, 2), [[], []])
  t.strictSame(await pages({ signedInSince: 1 }, 2), [['user3'], []])
  t.strictSame(await pages({ signedInUntil: 1 }, 2), [
    ['user6', 'user5'],
    ['user4', 'user2'],
    ['user1', 'user0'],
  ])
  t.strictSame(await pages({}, 7), [
    ['user6', 'user5', 'user4', 'user3'],
    ['user2', 'user1', 'user0'],
  ])
})
