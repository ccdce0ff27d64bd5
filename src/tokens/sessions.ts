import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Audit, Origin } from '../audit/index.ts'
import type { Account } from '../authorization/index.ts'
import { describeDevice } from '../lib/user-agent.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import { lockUser, toAccount } from '../users/index.ts'
import type { Generation } from './refresh-tokens.ts'

const day = 24 * 60 * 60 * 1000

/** The `client_id` of the operator's own apps (RFC 6749 2.2). */
export const firstParty = 'latchkey'

/** So many sessions a user has at most; the oldest gives way. */
const mostSessions = 100

/** So much of a User-Agent is kept. */
const mostCharacters = 512

/** What a sign-in or a refresh goes on with. */
export interface Session extends Generation {
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** A session as its owner sees it. */
export interface OwnSession {
  id: string
  /** In words. */
  device: string
  address: string | null
  created_at: number
  /** The last refresh, or the sign-in. */
  used_at: number
  expires_at: number
}

interface Dependencies {
  store: Store
  audit: Audit
  /** Milliseconds since the epoch. */
  now: () => number
  /** Days without use after which a session is over. */
  idleDays: number
  /** Days after which it is over in any case. */
  maxDays: number
}

export type Sessions = ReturnType<typeof createSessions>

/** Sessions: a sign-in makes one, and what was signed for it ends with it. */
export function createSessions({ store, audit, now, idleDays, maxDays }: Dependencies) {
  // Made at every request. The values stand for parameters, in the order in which `find` gives them.
  const readLive = store.prepare((db) =>
    db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(accountColumns)
      .where('sessions.id', '=', 'id')
      .where('sessions.user_id', '=', 'user id')
      .where('sessions.expires_at', '>', 0)
      .where('users.disabled', '=', 0),
  )

  const readRefreshable = store.prepare((db) =>
    db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(accountColumns)
      .select([
        'sessions.nonce',
        'sessions.generation',
        'sessions.rotated_at',
        'sessions.scope',
        'sessions.address',
        'sessions.created_at as begun_at',
        'sessions.expires_at',
      ])
      .where('sessions.id', '=', 'id')
      .where('sessions.expires_at', '>', 0)
      .where('users.disabled', '=', 0),
  )

  const moveOn = store.prepareWrite((db) =>
    db
      .updateTable('sessions')
      .set({ generation: 0, rotated_at: 0, used_at: 0, expires_at: 0, address: 'address' })
      .where('id', '=', 'id')
      .where('generation', '=', 0),
  )

  const remove = store.prepareWrite((db) => db.deleteFrom('sessions').where('id', '=', 'id'))

  const readNonce = store.prepare((db) => db.selectFrom('sessions').select(['nonce', 'user_id']).where('id', '=', 'id'))

  const insert = store.prepareWrite((db) =>
    db.insertInto('sessions').values({
      id: '',
      user_id: '',
      client_id: firstParty,
      scope: '',
      nonce: '',
      generation: 0,
      rotated_at: 0,
      address: '',
      user_agent: '',
      created_at: 0,
      used_at: 0,
      expires_at: 0,
    }),
  )

  /** Before one more begins. */
  const makeRoom = store.prepareWrite((db) =>
    db
      .deleteFrom('sessions')
      .where('user_id', '=', 'user id')
      .where(
        'id',
        'not in',
        db
          .selectFrom('sessions')
          .select('id')
          .where('user_id', '=', 'user id')
          .where('expires_at', '>', 0)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(mostSessions - 1),
      ),
  )

  /** A session that began then, when it is used now: by idleness, or at last absolutely. */
  function endOf(begunAt: number) {
    return Math.min(now() + idleDays * day, begunAt + maxDays * day)
  }

  /** Within a transaction that holds the row of the user: sign-ins of one user wait for each other, or together they would be too many. */
  async function begin(db: Writer, userId: string, scope: string, { address, userAgent }: Origin): Promise<Session> {
    const time = now()
    const session = {
      id: uuidv7({ msecs: time }),
      generation: 0,
      nonce: randomBytes(32).toString('base64url'),
      expiresAt: endOf(time),
    }
    const { id, generation, nonce, expiresAt } = session
    await makeRoom(db, userId, userId, time, mostSessions - 1)
    await insert(
      db,
      id,
      userId,
      firstParty,
      scope,
      nonce,
      generation,
      time,
      address,
      userAgent?.slice(0, mostCharacters) ?? null,
      time,
      time,
      expiresAt,
    )
    return session
  }

  /** Within a transaction. @returns false when the user has no such session */
  async function endOne(db: Writer, userId: string, id: string, origin: Origin): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('expires_at', '>', now())
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) return false
    await audit.record(db, { event: 'sessions_ended', userId, origin, details: { sessions: 1, session_id: id } })
    return true
  }

  return {
    begin,

    /**
     * Begins a session for a user whose password was right, and the scopes granted to it.
     * @param alongside what else is done then, in the same transaction
     * @returns undefined when the user has another password meanwhile, is disabled or gone
     */
    start: (
      user: Pick<UserRow, 'id' | 'password_version'>,
      scope: string,
      origin: Origin,
      alongside: (db: Writer, user: UserRow, session: Session) => Promise<void>,
    ): Promise<Session | undefined> =>
      store.write(async (db) => {
        const locked = await lockUser(store, db, user)
        if (locked === undefined) return undefined
        const session = await begin(db, user.id, scope, origin)
        await alongside(db, locked, session)
        return session
      }),

    /** Whose session it is, while it and its user live: one query. */
    async find(id: string, userId: string): Promise<Account | undefined> {
      const row = await readLive(id, userId, now(), 0)
      return row === undefined ? undefined : toAccount(row)
    },

    /** What has to be known to refresh a session, while it and its user live. */
    async findRefreshable(id: string) {
      const row = await readRefreshable(id, now(), 0)
      // The longest life may have been made shorter since.
      if (row === undefined || endOf(row.begun_at) <= now()) return undefined
      const { nonce, generation, rotated_at: rotatedAt, scope, address, begun_at: begunAt, expires_at: expiresAt } = row
      return { account: toAccount(row), nonce, generation, rotatedAt, scope, address, begunAt, expiresAt }
    },

    /**
     * Moves a session on, and its idle end with it.
     * @returns its end; undefined when it is over or has been moved on from elsewhere meanwhile
     */
    async advance(
      id: string,
      { from, to, begunAt, address }: { from: number; to: number; begunAt: number; address: string | null },
    ): Promise<number | undefined> {
      const time = now()
      const expiresAt = endOf(begunAt)
      const moved = await store.write((db) => moveOn(db, to, time, time, expiresAt, address, id, from))
      return moved === 1 ? expiresAt : undefined
    },

    /** Whose a session is and its random bits, whether it still lives or has not been removed yet. */
    findNonce: async (id: string) => readNonce(id),

    /** Those of a user that live, the one used last first. */
    async list(userId: string): Promise<OwnSession[]> {
      const rows = await store.read((db) =>
        db
          .selectFrom('sessions')
          .select(['id', 'user_agent', 'address', 'created_at', 'used_at', 'expires_at'])
          .where('user_id', '=', userId)
          .where('expires_at', '>', now())
          .orderBy('used_at', 'desc')
          .orderBy('id', 'desc')
          .execute(),
      )
      return rows.map(({ user_agent: userAgent, ...row }) => ({ ...row, device: describeDevice(userAgent) }))
    },

    /**
     * Ends a session for good; its access tokens are refused from the next request on.
     * @param alongside what else is done then, in the same transaction
     * @returns false when it was over already
     */
    end: (id: string, alongside: (db: Writer) => Promise<void>): Promise<boolean> =>
      store.write(async (db) => {
        const isEndedHere = (await remove(db, id)) === 1
        if (isEndedHere) await alongside(db)
        return isEndedHere
      }),

    endOne,

    /** @returns false when the user has no such session */
    endOwn: (userId: string, id: string, origin: Origin): Promise<boolean> =>
      store.write((db) => endOne(db, userId, id, origin)),

    /** Within a transaction. @returns how many there were */
    async endAll(db: Writer, userId: string): Promise<number> {
      const { numDeletedRows } = await db.deleteFrom('sessions').where('user_id', '=', userId).executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },

    endOthers: (userId: string, id: string, origin: Origin) =>
      store.write(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('sessions')
          .where('user_id', '=', userId)
          .where('id', '!=', id)
          .executeTakeFirstOrThrow()
        await audit.record(db, {
          event: 'sessions_ended',
          userId,
          origin,
          details: { sessions: Number(numDeletedRows) },
        })
      }),

    /** @param most how many at once. @returns how many there were */
    async removeOver(most: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('sessions')
          .where('id', 'in', db.selectFrom('sessions').select('id').where('expires_at', '<=', now()).limit(most))
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

const accountColumns = [
  'users.id',
  'users.username',
  'users.name',
  'users.email',
  'users.email_verified',
  'users.pending_email',
  'users.scopes',
  'users.disabled',
  'users.created_at',
  'users.updated_at',
] as const
