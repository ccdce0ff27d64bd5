import { sql } from 'kysely'
import type { Account } from '../authorization/index.ts'
import { invalidField } from '../errors/index.ts'
import { foldTyped } from '../lib/fold.ts'
import { readTimeCursor } from '../lib/time-cursor.ts'
import { columnsOf, type Reader, type Store } from '../store/index.ts'
import { toAccount } from './account.ts'
import { holdsScope, noSuchUser } from './administrators.ts'
import { noUsername } from './usernames.ts'

interface Dependencies {
  store: Store
  /** The number of consecutive wrong passwords that locks an account. */
  accountFailures: number
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Selects the users that meet all given conditions. Times are milliseconds since the epoch. */
export interface UserFilter {
  /** A part of the username, display name or e-mail address, ignoring case. */
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

/** Lists users for administrators. */
export function createUserListing({ store, accountFailures, now }: Dependencies) {
  const isLocked = sql<boolean>`exists (
    select 1 from throttles where throttles.user_id = users.id and ends_at is null and count >= ${accountFailures}
  )`

  function matching(
    db: Reader,
    {
      search,
      disabled,
      emailVerified,
      scope,
      locked,
      hasSecondFactor,
      createdSince,
      createdUntil,
      signedInSince,
      signedInUntil,
    }: UserFilter,
  ) {
    let users = db.selectFrom('users')
    if (search !== undefined) {
      users = users.where((row) =>
        row.or([
          // Without a username, the column contains the id.
          row.and([row('username', '!=', noUsername), containsText('username_fold', search)]),
          containsText('name_fold', search),
          containsText('email_fold', search),
        ]),
      )
    }
    if (disabled !== undefined) users = users.where('disabled', '=', disabled ? 1 : 0)
    if (emailVerified !== undefined) users = users.where('email_verified', '=', emailVerified ? 1 : 0)
    if (scope !== undefined) users = users.where(holdsScope(scope))
    if (locked !== undefined) users = users.where(locked ? isLocked : sql<boolean>`not ${isLocked}`)
    if (hasSecondFactor !== undefined) users = users.where('second_factors', hasSecondFactor ? '>' : '=', 0)
    if (createdSince !== undefined) users = users.where('created_at', '>=', createdSince)
    if (createdUntil !== undefined) users = users.where('created_at', '<', createdUntil)
    if (signedInSince !== undefined) users = users.where('signed_in_at', '>=', signedInSince)
    if (signedInUntil !== undefined) {
      users = users.where((row) => row.or([row('signed_in_at', '<', signedInUntil), row('signed_in_at', 'is', null)]))
    }
    return users
  }

  /** Adds columns from other tables. */
  function withDetails(users: ReturnType<typeof matching>) {
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
    /**
     * Lists users, newest first. Users who register in the meantime would come before the first page.
     * @param after the cursor of the last user of the previous page, from `timeCursorOf`
     * @throws {ApiError} 400 for an invalid cursor
     */
    async list(
      filter: UserFilter,
      { after, limit }: { after: string | undefined; limit: number },
    ): Promise<ManagedUser[]> {
      const last = after === undefined ? undefined : positionOf(after)
      const rows = await store.read((db) => {
        const users = withDetails(matching(db, filter)).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
        return (
          last === undefined
            ? users
            : users.where((row) => row(row.refTuple('created_at', 'id'), '<', row.tuple(last.createdAt, last.id)))
        ).execute()
      })
      return rows.map(toManagedUser)
    },

    /** Counts the matching users. */
    async count(filter: UserFilter): Promise<number> {
      const { n } = await store.read((db) =>
        matching(db, filter)
          .select((users) => users.fn.countAll().as('n'))
          .executeTakeFirstOrThrow(),
      )
      return Number(n)
    },

    /** @throws {ApiError} 404 */
    async find(id: string): Promise<ManagedUser> {
      const row = await store.read((db) => withDetails(matching(db, {})).where('id', '=', id).executeTakeFirst())
      if (row === undefined) throw noSuchUser()
      return toManagedUser(row)
    },
  }
}

function positionOf(cursor: string) {
  const position = readTimeCursor(cursor)
  if (position === undefined) throw invalidField('cursor', 'must be the value of next in an earlier response')
  return position
}

/** Matches rows whose column contains a text. Wildcards of LIKE in the text are escaped. */
function containsText(column: string, text: string) {
  const pattern = `%${foldTyped(text).replace(/[!%_]/g, '!$&')}%`
  return sql<boolean>`${sql.ref(column)} like ${pattern} escape '!'`
}
