import { randomBytes } from 'node:crypto'
import { type InferResult, sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Audit, Origin } from '../audit/index.ts'
import {
  type Account,
  type AuthenticationContext,
  type AuthenticationMethod,
  combineMethods,
  methodsOf,
} from '../authorization/index.ts'
import { dayMs } from '../lib/time.ts'
import { describeDevice } from '../lib/user-agent.ts'
import type { ClientRow, Reader, Store, Writer } from '../store/index.ts'
import { toAccount } from '../users/index.ts'
import { firstPartyClient } from './first-party-client.ts'
import type { Generation } from './refresh-tokens.ts'

/** At this limit, a sign-in ends the user's oldest session. */
const maxSessionsPerUser = 100

const maxUserAgentLength = 512

/** A session whose tokens can be issued. */
export interface Session extends Generation, AuthenticationContext {
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** A session without secrets, as its owner sees it. Times are milliseconds since the epoch. */
export interface SessionInfo extends AuthenticationContext {
  id: string
  /** A readable form of the User-Agent: `Firefox on Linux`. */
  device: string
  address: string | null
  created_at: number
  /** The last refresh, or the sign-in before the first refresh. */
  used_at: number
  expires_at: number
}

/** A session to start. */
export interface NewSession {
  /** The granted scopes, separated by spaces. */
  scope: string
  deviceId: string
  /** How the user authenticated. */
  methods: AuthenticationMethod[]
  /** When the user authenticated, in milliseconds since the epoch. Default: now. */
  authenticatedAt?: number
}

/** The user of an active session, and how they authenticated. */
export interface ActiveSession extends AuthenticationContext {
  account: Account
  /** Whether the account has a second factor, which the session may not have used. */
  hasSecondFactor: boolean
}

interface Dependencies {
  store: Store
  audit: Audit
  /** Milliseconds since the epoch. */
  now: () => number
  /** A session ends after this many days without a refresh. */
  idleDays: number
  /** A session ends this many days after the sign-in, however often it is refreshed. */
  maxDays: number
}

export type Sessions = ReturnType<typeof createSessions>

/** Starts, finds, lists and ends sessions. The tokens of a session end with it. */
export function createSessions({ store, audit, now, idleDays, maxDays }: Dependencies) {
  const readActive = store.prepare(selectActive)

  const readWithClient = store.prepare((db) =>
    db
      .selectFrom('clients')
      .leftJoin(selectActive(db).as('active'), (join) => join.onTrue())
      .select([
        'active.id',
        'active.username',
        'active.name',
        'active.email',
        'active.email_verified',
        'active.pending_email',
        'active.scopes',
        'active.disabled',
        'active.created_at',
        'active.updated_at',
        'active.second_factors',
        'active.authenticated_at',
        'active.methods',
        'clients.id as client_id',
        'clients.name as client_name',
        'clients.secret_hash',
        'clients.scopes as client_scopes',
        'clients.client_credentials',
        'clients.introspection',
        'clients.created_at as client_created_at',
      ])
      .where('clients.id', '=', 'client id'),
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
        'sessions.device_id',
        'sessions.late_refreshes',
        'sessions.created_at as started_at',
        'sessions.expires_at',
        'sessions.authenticated_at',
        'sessions.methods',
        'users.second_factors',
      ])
      .where('sessions.id', '=', 'id')
      .where('sessions.expires_at', '>', 0)
      .where('users.disabled', '=', sql.lit(0)),
  )

  const advanceGeneration = store.prepareDeferred((db) =>
    db
      .updateTable('sessions')
      .set({ generation: 0, rotated_at: 0, used_at: 0, expires_at: 0, address: 'address' })
      .where('id', '=', 'id')
      .where('generation', '=', 0),
  )

  const remove = store.prepareWrite((db) => db.deleteFrom('sessions').where('id', '=', 'id'))

  const readNonce = store.prepare((db) => db.selectFrom('sessions').select(['nonce', 'user_id']).where('id', '=', 'id'))

  const insert = store.prepareDeferred((db) =>
    db.insertInto('sessions').values({
      id: '',
      user_id: '',
      client_id: firstPartyClient.id,
      scope: '',
      nonce: '',
      generation: 0,
      rotated_at: 0,
      address: '',
      user_agent: '',
      device_id: '',
      created_at: 0,
      used_at: 0,
      expires_at: 0,
      authenticated_at: 0,
      methods: '',
    }),
  )

  const recordSignIn = store.prepareDeferred((db) =>
    db.updateTable('users').set({ signed_in_at: 0 }).where('id', '=', 'id'),
  )

  /** Ends the oldest sessions to make room for one more. */
  const deleteOldest = store.prepareDeferred((db) =>
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
          .limit(maxSessionsPerUser - 1),
      ),
  )

  /** When a session that is used now will expire. */
  function expiryOf(startedAt: number) {
    return Math.min(now() + idleDays * dayMs, startedAt + maxDays * dayMs)
  }

  /**
   * Starts a session. The transaction must have locked the user's row: concurrent sign-ins of one user could otherwise
   * exceed `maxSessionsPerUser` together.
   */
  async function start(
    db: Writer,
    userId: string,
    { scope, deviceId, methods, authenticatedAt = now() }: NewSession,
    { address, userAgent }: Origin,
  ): Promise<Session> {
    const time = now()
    const session = {
      id: uuidv7({ msecs: time }),
      generation: 0,
      nonce: randomBytes(32).toString('base64url'),
      expiresAt: expiryOf(time),
      authenticatedAt,
      methods,
    }
    const { id, generation, nonce, expiresAt } = session
    await deleteOldest(db, userId, userId, time, maxSessionsPerUser - 1)
    await insert(
      db,
      id,
      userId,
      firstPartyClient.id,
      scope,
      nonce,
      generation,
      time,
      address,
      userAgent?.slice(0, maxUserAgentLength) ?? null,
      deviceId,
      time,
      time,
      expiresAt,
      authenticatedAt,
      methods.join(' '),
    )
    await recordSignIn(db, time, userId)
    return session
  }

  /** @returns false when the user has no such session */
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

  /** Ends all sessions of a user but one. */
  async function endAllBut(db: Writer, userId: string, id: string, origin: Origin): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('user_id', '=', userId)
      .where('id', '!=', id)
      .where('expires_at', '>', now())
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) return
    await audit.record(db, { event: 'sessions_ended', userId, origin, details: { sessions: Number(numDeletedRows) } })
  }

  return {
    start,

    /** A session and its user, in one query; undefined when the session has ended or the user is disabled. */
    async find(id: string, userId: string): Promise<ActiveSession | undefined> {
      const row = await readActive(id, userId, now())
      return row === undefined ? undefined : toActiveSession(row)
    },

    /**
     * Finds a session as `find` does, and the client that introspects its token, with one query.
     * @returns undefined when there is no such client
     */
    async findWithClient(clientId: string, id: string, userId: string) {
      const row = await readWithClient(id, userId, now(), clientId)
      if (row === undefined) return undefined
      const client: ClientRow = {
        id: row.client_id,
        name: row.client_name,
        secret_hash: row.secret_hash,
        scopes: row.client_scopes,
        client_credentials: row.client_credentials,
        introspection: row.introspection,
        created_at: row.client_created_at,
      }
      return { client, session: isActive(row) ? toActiveSession(row) : undefined }
    },

    /**
     * Records that the user of a session has authenticated again. The transaction must have locked the user's row.
     * @param added how, in addition to the methods of the session
     * @returns the session, with its granted scopes; undefined when it has ended
     */
    async addAuthentication(
      db: Writer,
      id: string,
      added: AuthenticationMethod[],
    ): Promise<(AuthenticationContext & { id: string; expiresAt: number; scope: string }) | undefined> {
      const row = await db
        .selectFrom('sessions')
        .select(['methods', 'expires_at', 'scope'])
        .where('id', '=', id)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (row === undefined) return undefined
      const methods = combineMethods(methodsOf(row.methods), added)
      const authenticatedAt = now()
      await db
        .updateTable('sessions')
        .set({ authenticated_at: authenticatedAt, methods: methods.join(' ') })
        .where('id', '=', id)
        .execute()
      return { id, expiresAt: row.expires_at, scope: row.scope, authenticatedAt, methods }
    },

    /** The data needed to refresh a session; undefined when the session has ended or the user is disabled. */
    async findRefreshable(id: string) {
      const row = await readRefreshable(id, now())
      // The operator may have reduced `maxDays` since the last refresh.
      if (row === undefined || expiryOf(row.started_at) <= now()) return undefined
      const {
        nonce,
        generation,
        rotated_at: rotatedAt,
        scope,
        address,
        device_id: deviceId,
        late_refreshes: lateRefreshes,
        started_at: startedAt,
        expires_at: expiresAt,
      } = row
      return {
        account: toAccount(row),
        ...{ nonce, generation, rotatedAt, scope, address, deviceId, lateRefreshes, startedAt, expiresAt },
        ...contextOf(row),
        hasSecondFactor: row.second_factors > 0,
      }
    },

    /**
     * Records a late refresh.
     * @param times of all recent late refreshes, in milliseconds since the epoch
     * @returns false when the session has ended or has been refreshed meanwhile
     */
    async addLateRefresh(
      db: Writer,
      id: string,
      { generation, lateRefreshes }: { generation: number; lateRefreshes: string | null },
      times: number[],
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('sessions')
        .set({ late_refreshes: JSON.stringify(times) })
        .where('id', '=', id)
        .where('generation', '=', generation)
        .where((row) => row(row.fn.coalesce('late_refreshes', sql.lit('')), '=', lateRefreshes ?? ''))
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },

    /**
     * Advances the generation of a session and extends its expiry.
     * @returns the new expiry; undefined when the session has ended or has been refreshed meanwhile
     */
    async advance(
      id: string,
      { from, to, startedAt, address }: { from: number; to: number; startedAt: number; address: string | null },
    ): Promise<number | undefined> {
      const time = now()
      const expiresAt = expiryOf(startedAt)
      const { changedRows } = await store.write((db) =>
        advanceGeneration(db, to, time, time, expiresAt, address, id, from),
      )
      return (await changedRows) === 1 ? expiresAt : undefined
    },

    /** The user and the nonce of a session, which may have expired. */
    findNonce: async (id: string) => readNonce(id),

    /** The active sessions of a user, most recently used first. */
    async list(userId: string): Promise<SessionInfo[]> {
      const rows = await store.read((db) =>
        db
          .selectFrom('sessions')
          .select(['id', 'user_agent', 'address', 'created_at', 'used_at', 'expires_at', 'authenticated_at', 'methods'])
          .where('user_id', '=', userId)
          .where('expires_at', '>', now())
          .orderBy('used_at', 'desc')
          .orderBy('id', 'desc')
          .execute(),
      )
      return rows.map(({ user_agent: userAgent, authenticated_at, methods, ...row }) => ({
        ...row,
        ...contextOf({ authenticated_at, methods }),
        device: describeDevice(userAgent),
      }))
    },

    /**
     * Ends a session. Its access tokens are rejected from the next request on.
     * @returns false when the session had already ended
     */
    end: async (db: Writer, id: string): Promise<boolean> => (await remove(db, id)) === 1,

    endOne,

    /** @returns false when the user has no such session */
    endOwn: (userId: string, id: string, origin: Origin): Promise<boolean> =>
      store.write((db) => endOne(db, userId, id, origin)),

    /** @returns the number of sessions that were active */
    async endAll(db: Writer, userId: string): Promise<number> {
      const { active } = await db
        .selectFrom('sessions')
        .select((count) => count.fn.countAll().as('active'))
        .where('user_id', '=', userId)
        .where('expires_at', '>', now())
        .executeTakeFirstOrThrow()
      await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
      return Number(active)
    },

    endAllBut,

    endOthers: (userId: string, id: string, origin: Origin): Promise<void> =>
      store.write((db) => endAllBut(db, userId, id, origin)),

    /**
     * @param max the maximum number of rows to delete
     * @returns the number of deleted rows
     */
    async deleteExpired(max: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('sessions')
          .where('id', 'in', db.selectFrom('sessions').select('id').where('expires_at', '<=', now()).limit(max))
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

/**
 * Selects an active session with its user. This runs for every authenticated request. The values are placeholders, in
 * the order in which `find` passes them. `disabled` is compared with a literal: with a parameter, which may match the
 * index of disabled users, SQLite would plan the query again each time.
 */
function selectActive(db: Reader) {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(accountColumns)
    .select(['users.second_factors', 'sessions.authenticated_at', 'sessions.methods'])
    .where('sessions.id', '=', 'id')
    .where('sessions.user_id', '=', 'user id')
    .where('sessions.expires_at', '>', 0)
    .where('users.disabled', '=', sql.lit(0))
}

type ActiveRow = InferResult<ReturnType<typeof selectActive>>[number]

/** Whether the columns of a joined session are present. */
function isActive(row: { [Column in keyof ActiveRow]: ActiveRow[Column] | null }): row is ActiveRow {
  return row.id !== null
}

function toActiveSession(row: ActiveRow): ActiveSession {
  return { account: toAccount(row), ...contextOf(row), hasSecondFactor: row.second_factors > 0 }
}

function contextOf(row: { authenticated_at: number; methods: string }): AuthenticationContext {
  return { authenticatedAt: row.authenticated_at, methods: methodsOf(row.methods) }
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
