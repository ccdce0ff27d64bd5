import { v7 as uuidv7 } from 'uuid'
import type { Audit, Origin } from '../audit/index.ts'
import { acceptScopes, type Caller, claimRights, demandReach, scopesOf } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { fold } from '../lib/fold.ts'
import { invitation as invitationMessage, type Notices } from '../mail/index.ts'
import { idOfLinkToken, isSameSecret, newLinkToken } from '../one-time-tokens/index.ts'
import type { InvitationRow, Reader, Store, Writer } from '../store/index.ts'
import { acceptEmail, administratorScope, emailColumns, emailTaken, isAddressFree } from '../users/index.ts'

/** Somebody who is to be invited. */
export interface NewInvitation {
  /** Where the link is sent; null where it is handed over in another way. */
  email: string | null
  /** A display name. */
  name?: string | null | undefined
  scopes?: string[] | undefined
  /** Milliseconds for which the link is good; seven days unless it is given. */
  life?: number
}

/** An invitation that has not been accepted yet. Times are milliseconds since the epoch. */
export type Invitation = Omit<InvitationRow, 'email_fold' | 'sealed' | 'scopes'> & { scopes: string[] }

interface Dependencies {
  store: Store
  masterKey: MasterKey
  audit: Audit
  notices: Notices
  /** Under which the page stands. */
  issuer: string
  /** Milliseconds since the epoch. */
  now: () => number
}

const week = 7 * 24 * 60 * 60 * 1000

const prefix = 'inv_'
const sealPurpose = 'invitations'

/** What a mail is about: each invitation has one. */
const kindOf = (id: string) => `invitation:${id}`

export type Invitations = ReturnType<typeof createInvitations>

/** Links by which somebody makes an account that has an address, and scopes, from the start. */
export function createInvitations({ store, masterKey, audit, notices, issuer, now }: Dependencies) {
  const urlOf = (token: string) => `${issuer}/invitation#${token}`

  /** The row that a token opens, if it does. */
  async function findByToken(db: Reader, token: string): Promise<InvitationRow | undefined> {
    const id = idOfLinkToken(prefix, token)
    if (id === undefined) return undefined
    const row = await db
      .selectFrom('invitations')
      .selectAll()
      .where('id', '=', id)
      .where('expires_at', '>', now())
      .executeTakeFirst()
    return row !== undefined && isSameSecret(masterKey.open(sealPurpose, id, row.sealed), token) ? row : undefined
  }

  /** Within a transaction. Whoever has the link has the account: where an address is given, only its mailbox may have it. */
  async function issue(
    db: Writer,
    { email, name = null, scopes = [], life = week }: NewInvitation,
    origin: Origin,
  ): Promise<{ invitation: Invitation; url: string }> {
    const time = now()
    const id = uuidv7({ msecs: time })
    const token = newLinkToken(prefix, id)
    const row: InvitationRow = {
      id,
      ...emailColumns(email),
      name,
      scopes: scopes.join(' '),
      sealed: masterKey.seal(sealPurpose, id, token),
      inviter_type: origin.actor?.type ?? null,
      inviter_id: origin.actor !== undefined && 'id' in origin.actor ? origin.actor.id : null,
      created_at: time,
      expires_at: time + life,
    }
    await db.insertInto('invitations').values(row).execute()
    await audit.record(db, { event: 'user_invited', origin, details: { invitation_id: id, scopes } })
    const url = urlOf(token)
    if (email !== null) {
      await notices.enqueue(
        db,
        kindOf(id),
        { id: null, username: name ?? email },
        email,
        (about) => invitationMessage({ ...about, url, expiresAt: row.expires_at }),
        row.expires_at,
      )
    }
    return { invitation: toInvitation(row), url }
  }

  /** Of two at once whoever comes second is told: they come one after another. */
  async function demandUninvited(db: Writer, email: string) {
    if (!(await isAddressFree(db, fold(email)))) throw emailTaken()
    const other = await db
      .selectFrom('invitations')
      .select('id')
      .where('email_fold', '=', fold(email))
      .where('expires_at', '>', now())
      .limit(1)
      .executeTakeFirst()
    if (other !== undefined) {
      throw new ApiError('already_invited')
    }
  }

  return {
    issue,

    /**
     * Mails a link to an address.
     * @throws {ApiError} 400; 403 for scopes that the caller lacks; 409 `email_taken`, `already_invited`
     */
    async create(
      { email: typed, name, scopes: words = [] }: NewInvitation & { email: string },
      caller: Caller,
    ): Promise<Invitation> {
      const email = acceptEmail(typed)
      const scopes = acceptScopes(words)
      const { invitation } = await store.write(async (db) => {
        demandReach(scopes, await claimRights(store, db, caller, administratorScope), { what: 'The invitation' })
        await demandUninvited(db, email)
        return issue(db, { email, name, scopes }, caller.origin)
      })
      return invitation
    },

    /** Those that can still be accepted, the newest first. @param before the id of one that is newer than all that are wanted */
    async list({ before, limit }: { before?: string | undefined; limit: number }): Promise<Invitation[]> {
      const rows = await store.read((db) => {
        const open = db
          .selectFrom('invitations')
          .selectAll()
          .where('expires_at', '>', now())
          .orderBy('id', 'desc')
          .limit(limit)
        return (before === undefined ? open : open.where('id', '<', before)).execute()
      })
      return rows.map(toInvitation)
    },

    /**
     * From now on the link opens nothing, and is not sent if it still waits.
     * @throws {ApiError} 404 when there is none; 403 when it has administration scopes that the caller lacks
     */
    withdraw: (id: string, caller: Caller): Promise<void> =>
      store.write(async (db) => {
        const rights = await claimRights(store, db, caller, administratorScope)
        const row = await db
          .selectFrom('invitations')
          .selectAll()
          .where('id', '=', id)
          .where('expires_at', '>', now())
          .executeTakeFirst()
        if (row === undefined) throw notFound('There is no such invitation.')
        demandReach(scopesOf(row.scopes), rights, { what: 'The invitation' })
        await db.deleteFrom('invitations').where('id', '=', id).execute()
        if (row.email !== null) await notices.cancel(db, kindOf(id), row.email)
        await audit.record(db, { event: 'invitation_withdrawn', origin: caller.origin, details: { invitation_id: id } })
      }),

    /** The link that the service itself has given out, to whoever runs it. */
    async findOwn(db: Reader): Promise<{ url: string; expiresAt: number } | undefined> {
      const rows = await db
        .selectFrom('invitations')
        .selectAll()
        .where('inviter_type', '=', 'service')
        .where('expires_at', '>', now())
        .execute()
      // One that was sealed with a master key that is not ours any more is none.
      const links = rows.flatMap(({ id, sealed, expires_at: expiresAt }) => {
        const token = masterKey.open(sealPurpose, id, sealed)
        return token === undefined ? [] : [{ url: urlOf(token), expiresAt }]
      })
      return links[0]
    },

    /** Whom a link invites; undefined when it is none, or over. Nothing changes. */
    find: (token: string): Promise<InvitationRow | undefined> => store.read((db) => findByToken(db, token)),

    /** Within a transaction: the same for whoever comes first. It opens nothing any more. */
    async take(db: Writer, token: string): Promise<InvitationRow | undefined> {
      const row = await findByToken(db, token)
      const { numDeletedRows } = await db
        .deleteFrom('invitations')
        .where('id', '=', row?.id ?? '')
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n ? row : undefined
    },

    /** @param most how many at once. @returns how many there were */
    async deleteExpired(most: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('invitations')
          .where('id', 'in', db.selectFrom('invitations').select('id').where('expires_at', '<=', now()).limit(most))
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

function toInvitation({ email_fold: _fold, sealed: _sealed, scopes, ...row }: InvitationRow): Invitation {
  return { ...row, scopes: scopesOf(scopes) }
}
