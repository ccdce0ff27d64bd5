import { sql } from 'kysely'
import type { Account } from '../authorization/index.ts'
import { invalidField } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import type { Reader, Store } from '../store/index.ts'
import { toAccount } from './account.ts'
import { holdsScope, noSuchUser } from './administrators.ts'

interface Dependencies {
  store: Store
  /** Wrong passwords in a row after which an account is locked. */
  mostInARow: number
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Which users are asked for; all of what is given has to hold. Times are milliseconds since the epoch. */
export interface UserFilter {
  /** What stands somewhere in the username, the display name or the e-mail, in whatever case. */
  search?: string | undefined
  disabled?: boolean | undefined
  emailVerified?: boolean | undefined
  /** One that they hold. */
  scope?: string | undefined
  locked?: boolean | undefined
  createdSince?: number | undefined
  createdUntil?: number | undefined
}

/** A user as an administrator sees them. */
export interface ManagedUser extends Account {
  /** Whether so many wrong passwords came in a row that nobody gets in from there, whatever they type. */
  locked: boolean
  /** How many live. */
  sessions: number
  /** The last sign-in that is still known of; milliseconds since the epoch. */
  signed_in_at: number | null
}

export type UserListing = ReturnType<typeof createUserListing>

/** Shows users to administrators. */
export function createUserListing({ store, mostInARow, now }: Dependencies) {
  const isLocked = sql<boolean>`exists (select 1 from throttles where throttles.user_id = users.id and ends_at is null and count >= ${mostInARow})`

  function matching(
    db: Reader,
    { search, disabled, emailVerified, scope, locked, createdSince, createdUntil }: UserFilter,
  ) {
    let users = db.selectFrom('users')
    if (search !== undefined) {
      users = users.where((row) =>
        row.or((['username_fold', 'name_fold', 'email_fold'] as const).map((column) => holdsText(column, search))),
      )
    }
    if (disabled !== undefined) users = users.where('disabled', '=', disabled ? 1 : 0)
    if (emailVerified !== undefined) users = users.where('email_verified', '=', emailVerified ? 1 : 0)
    if (scope !== undefined) users = users.where(holdsScope(scope))
    if (locked !== undefined) users = users.where(locked ? isLocked : sql<boolean>`not ${isLocked}`)
    if (createdSince !== undefined) users = users.where('created_at', '>=', createdSince)
    if (createdUntil !== undefined) users = users.where('created_at', '<', createdUntil)
    return users
  }

  /** With what other tables know of them. */
  function withMore(users: ReturnType<typeof matching>) {
    return users.selectAll('users').select((row) => [
      isLocked.as('locked'),
      row
        .selectFrom('sessions')
        .select((sessions) => sessions.fn.countAll().as('n'))
        .whereRef('sessions.user_id', '=', 'users.id')
        .where('sessions.expires_at', '>', now())
        .as('sessions'),
      row
        .selectFrom('sessions')
        .select((sessions) => sessions.fn.max('sessions.created_at').as('at'))
        .whereRef('sessions.user_id', '=', 'users.id')
        .as('begun_at'),
      row
        .selectFrom('known_networks')
        .select((networks) => networks.fn.max('seen_at').as('at'))
        .whereRef('known_networks.user_id', '=', 'users.id')
        .as('seen_at'),
    ])
  }

  type Found = Awaited<ReturnType<ReturnType<typeof withMore>['execute']>>[number]

  function toManagedUser(row: Found): ManagedUser {
    const signIns = [row.begun_at, row.seen_at].filter((time) => time !== null)
    return {
      ...toAccount(row),
      locked: Boolean(row.locked),
      sessions: Number(row.sessions),
      signed_in_at: signIns.length === 0 ? null : Math.max(...signIns),
    }
  }

  return {
    /**
     * The newest first; who comes meanwhile stands before all of them.
     * @param after where the list goes on, as `cursorOf` gave it
     * @throws {ApiError} 400 for a cursor that is none
     */
    async list(
      filter: UserFilter,
      { after, limit }: { after: string | undefined; limit: number },
    ): Promise<ManagedUser[]> {
      const last = after === undefined ? undefined : readCursor(after)
      const rows = await store.read((db) => {
        const users = withMore(matching(db, filter)).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
        return (
          last === undefined
            ? users
            : users.where((row) => row(row.refTuple('created_at', 'id'), '<', row.tuple(last.createdAt, last.id)))
        ).execute()
      })
      return rows.map(toManagedUser)
    },

    /** How many there are. */
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
      const row = await store.read((db) => withMore(matching(db, {})).where('id', '=', id).executeTakeFirst())
      if (row === undefined) throw noSuchUser()
      return toManagedUser(row)
    },
  }
}

/** Where a list goes on after a user. */
export function cursorOf({ id, created_at: createdAt }: Pick<Account, 'id' | 'created_at'>): string {
  return `${createdAt}.${id}`
}

function readCursor(text: string): { createdAt: number; id: string } {
  const [, time, id] = /^(\d{1,15})\.([\da-f-]{36})$/.exec(text) ?? []
  if (time === undefined || id === undefined) throw invalidField('cursor', 'is not one that was given here')
  return { createdAt: Number(time), id }
}

/** What LIKE takes for something else stands for itself. */
function holdsText(column: string, text: string) {
  const pattern = `%${fold(text).replace(/[!%_]/g, '!$&')}%`
  return sql<boolean>`${sql.ref(column)} like ${pattern} escape '!'`
}
