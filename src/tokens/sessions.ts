import { v7 as uuidv7 } from 'uuid'
import type { UserRow } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Account } from './principal.ts'
import { scopesOf } from './scopes.ts'

const day = 24 * 60 * 60 * 1000

/** The `client_id` of the operator's own apps (RFC 6749 2.2). */
export const firstParty = 'latchkey'

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
  /** Days without use after which a session is over. */
  idleDays: number
  /** Days after which it is over in any case. */
  maxDays: number
}

export type Sessions = ReturnType<typeof createSessions>

/** Sessions: a sign-in makes one, and what was signed for it ends with it. */
export function createSessions ({ store, now, idleDays, maxDays }: Dependencies) {
  // Made at every request. The values stand for parameters, in the order in which `find` gives them.
  const readLive = store.prepare((db) => db.selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.username', 'users.name', 'users.email', 'users.email_verified', 'users.scopes', 'users.disabled', 'users.created_at', 'users.updated_at'])
    .where('sessions.id', '=', 'id').where('sessions.user_id', '=', 'user id')
    .where('sessions.expires_at', '>', 0).where('users.disabled', '=', 0))

  return {
    /** Begins a session for a user and the scopes granted to it. */
    async start (userId: string, scope: string): Promise<{ id: string, expiresAt: number }> {
      const time = now()
      const session = {
        id: uuidv7({ msecs: time }),
        user_id: userId,
        client_id: firstParty,
        scope,
        created_at: time,
        used_at: time,
        expires_at: time + Math.min(idleDays, maxDays) * day,
      }
      await store.write((db) => db.insertInto('sessions').values(session).execute())
      return { id: session.id, expiresAt: session.expires_at }
    },

    /** Whose session it is, while it and its user live: one query. */
    async find (id: string, userId: string): Promise<Account | undefined> {
      const row = await readLive(id, userId, now(), 0)
      return row === undefined ? undefined : toAccount(row)
    },

    /** Ends a session for good; its access tokens are refused from the next request on. */
    end: (id: string) => store.write((db) => db.deleteFrom('sessions').where('id', '=', id).execute()),
  }
}

/** A row as the program knows it. */
export function toAccount (row: Omit<UserRow, 'password_hash' | 'username_fold' | 'email_fold'>): Account {
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    email: row.email,
    email_verified: row.email_verified === 1,
    scopes: scopesOf(row.scopes),
    disabled: row.disabled === 1,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}
