import { setImmediate } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import type { Account } from '../authorization/index.ts'
import { invalidField } from '../errors/index.ts'
import { foldTyped } from '../lib/fold.ts'
import type { ResultPage } from '../lib/paginate.ts'
import { readTimeCursor, timeCursorOf } from '../lib/time-cursor.ts'
import { columnsOf, minIndexedCharacters, type Reader, type SelectUsers, type Store } from '../store/index.ts'
import { toAccount } from './account.ts'
import { administratorScope, holdsScope, isAdministrator, noSuchUser } from './administrators.ts'
import { noUsername } from './usernames.ts'

interface Dependencies {
  store: Store
  /** The number of consecutive wrong passwords that locks an account. */
  accountFailures: number
  /** Milliseconds since the epoch. */
  now: () => number
  /**
   * A page reads about this many users, and is shorter than its limit if fewer of them match. Otherwise a filter that
   * hardly any user meets would take as long as reading all of them.
   */
  maxUsersReadPerPage?: number
  /** The number of users that are read at once. The default depends on the database. */
  usersPerStep?: number
}

/** Selects the users that meet all given conditions. Times are milliseconds since the epoch. */
export interface UserFilter {
  /**
   * A part of the username, display name or e-mail address, ignoring case. If it has fewer than three characters, it is
   * the beginning of one of them.
   */
  search?: string | undefined
  disabled?: boolean | undefined
  emailVerified?: boolean | undefined
  /** A scope that the user has. */
  scope?: string | undefined
  locked?: boolean | undefined
  hasSecondFactor?: boolean | undefined
  createdSince?: number | undefined
  createdUntil?: number | undefined
  signedInSince?: number | undefined
  /** Includes users who have never signed in. */
  signedInUntil?: number | undefined
}

/** A user as an administrator sees them. */
export interface ManagedUser extends Account {
  /** Whether the account is locked on new devices and networks, after too many consecutive wrong passwords. */
  locked: boolean
  /** The number of confirmed second factors. */
  second_factors: number
  /** The number of current sessions. */
  sessions: number
  /** The time of the last sign-in; milliseconds since the epoch. */
  signed_in_at: number | null
}

/** The number of users that match a filter. */
export interface UserCount {
  total: number
  /** Whether the total was estimated, because counting would take too long. */
  isEstimate: boolean
}

/**
 * Corrects an estimate by what a caller has read of the list.
 * @param read the number of users read
 * @param isWhole whether these are all matching users
 */
export function correctCount(count: UserCount, read: number, isWhole: boolean): UserCount {
  return isWhole ? { total: read, isEstimate: false } : { ...count, total: Math.max(count.total, read) }
}

/** A user's place in the list. */
interface Position {
  created_at: number
  id: string
}

/** A part of the list. */
interface Section {
  /** The last user before it. */
  after: Position | undefined
  /** The last user in it. */
  last: Position | undefined
}

type SelectIds = RawBuilder<{ id: string }>

/** Reading and sorting this many users takes a few milliseconds. */
const maxSortedUsers = 2_000

/**
 * The list is read in steps of this many users. On SQLite, which answers nothing else meanwhile, a step takes a few
 * milliseconds. On PostgreSQL, more steps would only take more round trips.
 */
const defaultUsersPerStep = { sqlite: 5_000, postgres: 30_000 }

/** Among more users than this, the matching ones are not counted but estimated. */
const maxCountedUsers = 10_000

/**
 * Lists users for administrators. No query reads more than a bounded number of users, since SQLite would not answer
 * other requests meanwhile. If an index shows that few users match a part of the filter, these are read and sorted.
 * Otherwise, the list is read in steps from the newest user on.
 */
export function createUserListing({
  store,
  accountFailures,
  now,
  maxUsersReadPerPage = 30_000,
  usersPerStep = store.hasSingleWriter ? defaultUsersPerStep.sqlite : defaultUsersPerStep.postgres,
}: Dependencies) {
  const lockedUsers = sql<{ id: string }>`
    select user_id as id from throttles where ends_at is null and count >= ${accountFailures} and user_id is not null`
  const isLocked = sql<boolean>`exists (
    select 1 from throttles where throttles.user_id = users.id and ends_at is null and count >= ${accountFailures}
  )`

  /**
   * Lists the parts of a filter that have an index in another order than that of the list. The time of the last sign-in
   * has none: PostgreSQL would update all indexes of users at every sign-in (no heap-only tuples).
   */
  function indexedParts({ search, scope, locked }: UserFilter): SelectIds[] {
    const parts: SelectIds[] = []
    const text = foldTyped(search ?? '')
    if (isIndexed(text)) parts.push(store.userSearch.selectIdsContaining(['username', 'name', 'email'], text))
    else if (text !== '') parts.push(selectIdsBeginning(text))
    if (scope !== undefined && scope !== administratorScope && isIndexed(scope)) {
      parts.push(store.userSearch.selectIdsContaining(['scopes'], scope))
    }
    if (locked === true) parts.push(lockedUsers)
    return parts
  }

  /** @returns the ids of a few users that include all matching ones; undefined if no index shows that there are few */
  async function findFew(filter: UserFilter): Promise<string[] | undefined> {
    for (const ids of indexedParts(filter)) {
      const limited = sql<{ id: string }>`(${ids} limit ${sql.lit(maxSortedUsers + 1)})`
      const found = await store.read((db) => db.selectFrom(limited.as('found')).select('found.id').execute())
      if (found.length <= maxSortedUsers) return found.map(({ id }) => id)
    }
    return undefined
  }

  /**
   * Selects the users that meet all conditions of a filter.
   * @param few from `findFew`
   */
  function matching(db: Reader, filter: UserFilter, few?: string[]): SelectUsers {
    let users = createdWithin(db.selectFrom('users'), filter)
    if (few !== undefined) users = users.where(store.userSearch.isOneOf(few))
    const { search, disabled, emailVerified, scope, locked, hasSecondFactor, signedInSince, signedInUntil } = filter
    const text = foldTyped(search ?? '')
    if (text !== '') users = users.where(matchesText(text))
    if (disabled !== undefined) users = users.where('disabled', '=', sql.lit(disabled ? 1 : 0))
    if (emailVerified !== undefined) users = users.where('email_verified', '=', sql.lit(emailVerified ? 1 : 0))
    if (scope !== undefined) users = users.where(scope === administratorScope ? isAdministrator : holdsScope(scope))
    if (locked !== undefined) users = users.where(locked ? isLocked : sql<boolean>`not ${isLocked}`)
    if (hasSecondFactor !== undefined) users = users.where('second_factors', hasSecondFactor ? '>' : '=', sql.lit(0))
    if (signedInSince !== undefined) users = users.where('signed_in_at', '>=', signedInSince)
    if (signedInUntil !== undefined) {
      users = users.where((row) => row.or([row('signed_in_at', '<', signedInUntil), row('signed_in_at', 'is', null)]))
    }
    return users
  }

  /**
   * Finds the end of the next step through the list.
   * @returns the position of the last user in it; undefined if the list is shorter
   */
  async function endOfStep(filter: UserFilter, after: Position | undefined, size: number) {
    return store.read((db) =>
      within(inOrder(db, filter), { after, last: undefined })
        .select(['created_at', 'id'])
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .offset(size - 1)
        .executeTakeFirst(),
    )
  }

  /** Adds columns from other tables. */
  function withDetails(users: SelectUsers) {
    return users.select(columnsOf.users).select((row) => [
      isLocked.as('locked'),
      row
        .selectFrom('sessions')
        .select((sessions) => sessions.fn.countAll().as('n'))
        .whereRef('sessions.user_id', '=', 'users.id')
        .where('sessions.expires_at', '>', now())
        .as('sessions'),
    ])
  }

  type UserWithDetails = Awaited<ReturnType<ReturnType<typeof withDetails>['execute']>>[number]

  function toManagedUser(row: UserWithDetails): ManagedUser {
    return {
      ...toAccount(row),
      locked: Boolean(row.locked),
      second_factors: row.second_factors,
      sessions: Number(row.sessions),
      signed_in_at: row.signed_in_at,
    }
  }

  return {
    /** Finds the users that match a filter. The indexes are queried once for the list and the number. */
    async match(filter: UserFilter) {
      const few = await findFew(filter)
      return {
        /**
         * Reads a page of the list, newest users first. Users who register in the meantime would come before the first
         * page.
         * @param after the `next` of the previous page
         * @returns at most `limit` users; fewer, or none, do not mean that the list ends
         * @throws {ApiError} 400 for an invalid cursor
         */
        async page({
          after: cursor,
          limit,
        }: {
          after: string | undefined
          limit: number
        }): Promise<ResultPage<ManagedUser>> {
          let after = cursor === undefined ? undefined : positionOf(cursor)
          const found: ManagedUser[] = []
          for (let read = usersPerStep; ; read += usersPerStep) {
            const last = few === undefined ? await endOfStep(filter, after, usersPerStep) : undefined
            const rows = await store.read((db) => {
              // The details are read of the users on the page only, not of all that are sorted.
              const page = within(matching(db, filter, few), { after, last })
                .select('id')
                // An expression instead of the column keeps the databases from reading the whole list in its order.
                .orderBy(few === undefined ? 'created_at' : sql`created_at + 0`, 'desc')
                .orderBy('id', 'desc')
                // One more user shows whether there is a next page.
                .limit(limit + 1 - found.length)
              return withDetails(db.selectFrom('users').where('id', 'in', page))
                .orderBy('created_at', 'desc')
                .orderBy('id', 'desc')
                .execute()
            })
            found.push(...rows.map(toManagedUser))
            const items = found.slice(0, limit)
            const end = items.at(-1)
            if (found.length > limit && end !== undefined) return { items, next: timeCursorOf(end) }
            if (last === undefined) return { items, next: null }
            if (read >= maxUsersReadPerPage) return { items, next: timeCursorOf(last) }
            after = last
            await setImmediate()
          }
        },

        /** Counts the users exactly, unless there may be too many. */
        async count(): Promise<UserCount> {
          const isBounded = few !== undefined || (await endOfStep(filter, undefined, maxCountedUsers)) === undefined
          return store.read(async (db) => {
            const users = matching(db, filter, few)
            if (!isBounded) {
              const isFiltered = Object.values(filter).some((value) => value !== undefined)
              const total = await store.userSearch.estimateCount(users)
              return { total: isFiltered ? total : Math.max(total, maxCountedUsers), isEstimate: true }
            }
            const { n } = await users.select(({ fn }) => fn.countAll().as('n')).executeTakeFirstOrThrow()
            return { total: Number(n), isEstimate: false }
          })
        },
      }
    },

    /** @throws {ApiError} 404 */
    async find(id: string): Promise<ManagedUser> {
      const row = await store.read((db) => withDetails(db.selectFrom('users')).where('id', '=', id).executeTakeFirst())
      if (row === undefined) throw noSuchUser()
      return toManagedUser(row)
    },
  }
}

function positionOf(cursor: string): Position {
  const position = readTimeCursor(cursor)
  if (position === undefined) throw invalidField('cursor', 'must be the value of next in an earlier response')
  return position
}

function isIndexed(text: string) {
  return [...text].length >= minIndexedCharacters
}

/** Selects users by the parts of a filter for which an index has the order of the list. */
function inOrder(db: Reader, filter: UserFilter): SelectUsers {
  const users = createdWithin(db.selectFrom('users'), filter)
  // One such condition is enough. The databases could not combine the indexes and keep the order.
  if (filter.scope === administratorScope) return users.where(isAdministrator)
  if (filter.disabled === true) return users.where('disabled', '=', sql.lit(1))
  if (filter.hasSecondFactor === true) return users.where('second_factors', '>', sql.lit(0))
  if (filter.emailVerified === undefined) return users
  return users.where('email_verified', '=', sql.lit(filter.emailVerified ? 1 : 0))
}

function createdWithin(users: SelectUsers, { createdSince, createdUntil }: UserFilter): SelectUsers {
  if (createdSince !== undefined) users = users.where('created_at', '>=', createdSince)
  if (createdUntil !== undefined) users = users.where('created_at', '<', createdUntil)
  return users
}

function within(users: SelectUsers, { after, last }: Section): SelectUsers {
  if (after !== undefined) {
    users = users.where((row) => row(row.refTuple('created_at', 'id'), '<', row.tuple(after.created_at, after.id)))
  }
  if (last !== undefined) {
    users = users.where((row) => row(row.refTuple('created_at', 'id'), '>=', row.tuple(last.created_at, last.id)))
  }
  return users
}

const searchedColumns = ['username_fold', 'name_fold', 'email_fold'] as const

/** Combines conditions on the columns that are searched. Without a username, `username_fold` contains the id. */
function anySearchedColumn(meets: (column: RawBuilder<unknown>) => RawBuilder<unknown>) {
  const conditions = searchedColumns.map((column) => {
    const condition = meets(sql.ref(column))
    return column === 'username_fold' ? sql`(${condition} and username <> ${noUsername})` : sql`(${condition})`
  })
  return sql<boolean>`(${sql.join(conditions, sql` or `)})`
}

function selectIdsBeginning(text: string): SelectIds {
  const end = `${text}\u{10ffff}`
  const begins = anySearchedColumn((column) => sql`${column} >= ${text} and ${column} < ${end}`)
  return sql`select id from users where ${begins}`
}

/** Matches users by a search, without an index. Wildcards of LIKE in the text are escaped. */
function matchesText(text: string) {
  const escaped = text.replace(/[!%_]/g, '!$&')
  const pattern = isIndexed(text) ? `%${escaped}%` : `${escaped}%`
  return anySearchedColumn((column) => sql`${column} like ${pattern} escape '!'`)
}
