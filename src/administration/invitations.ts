import { v7 as uuidv7 } from 'uuid'
import type { Audit, Origin } from '../audit/index.ts'
import { acceptScopes, type Caller, claimRights, demandReach, scopesOf } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { fold } from '../lib/fold.ts'
import { dayMs } from '../lib/time.ts'
import { namedKind, type Notices } from '../mail/index.ts'
import { idOfLinkToken, isSameSecret, newLinkToken, type Redirects } from '../one-time-tokens/index.ts'
import { columnsOf, type InvitationRow, type Reader, type Store, type Writer } from '../store/index.ts'
import { acceptEmail, administratorScope, emailColumns, emailTaken, isAddressFree } from '../users/index.ts'

/** An invitation to create. */
export interface NewInvitation {
  /** The address that the link is sent to; null if it is not sent by e-mail. */
  email: string | null
  /** A display name. */
  name?: string | null | undefined
  scopes?: string[] | undefined
  /** Seven days by default. */
  lifetimeMs?: number
  /** The URL that the last page links to. */
  redirectTo?: string | undefined
}

/** An invitation whose link was presented. */
export interface PresentedInvitation extends InvitationRow {
  redirectTo: string | undefined
}

/** The encrypted part of a row. */
interface Secret {
  token: string
  redirectTo?: string | undefined
}

/** An invitation that can still be accepted. Times are milliseconds since the epoch. */
export type Invitation = Omit<InvitationRow, 'email_fold' | 'sealed' | 'scopes'> & { scopes: string[] }

interface Dependencies {
  store: Store
  masterKey: MasterKey
  audit: Audit
  notices: Notices
  redirects: Redirects
  /** The base URL of the page. */
  issuer: string
  /** Milliseconds since the epoch. */
  now: () => number
}

const weekMs = 7 * dayMs

const prefix = 'inv_'
const sealPurpose = 'invitations'

/** A kind of message for each invitation, so that its message can be cancelled. */
const messageKindOf = (id: string) => namedKind('invitation', id)

export type Invitations = ReturnType<typeof createInvitations>

/** Invitations: links that create an account with a verified e-mail address and with scopes. */
export function createInvitations({ store, masterKey, audit, notices, redirects, issuer, now }: Dependencies) {
  const urlOf = (token: string) => `${issuer}/invitation#${token}`

  /** Without a redirect URL, the secret is the token alone, as in rows of previous versions. */
  function sealedFor(id: string, secret: Secret) {
    return masterKey.seal(sealPurpose, id, secret.redirectTo === undefined ? secret.token : JSON.stringify(secret))
  }

  /** @returns undefined if the secret was encrypted with another master key */
  function secretOf({ id, sealed }: Pick<InvitationRow, 'id' | 'sealed'>): Secret | undefined {
    const text = masterKey.open(sealPurpose, id, sealed)
    if (text === undefined) return undefined
    return text.startsWith(prefix) ? { token: text } : JSON.parse(text)
  }

  /** Finds the invitation of a valid token. */
  async function findByToken(db: Reader, token: string): Promise<PresentedInvitation | undefined> {
    const id = idOfLinkToken(prefix, token)
    if (id === undefined) return undefined
    const row = await db
      .selectFrom('invitations')
      .select(columnsOf.invitations)
      .where('id', '=', id)
      .where('expires_at', '>', now())
      .executeTakeFirst()
    const secret = row && secretOf(row)
    if (row === undefined || !isSameSecret(secret?.token, token)) return undefined
    return { ...row, redirectTo: secret?.redirectTo }
  }

  /** Creates an invitation. If there is an address, the link must go there only, since it verifies the address. */
  async function issue(
    db: Writer,
    { email, name = null, scopes = [], lifetimeMs = weekMs, redirectTo }: NewInvitation,
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
      sealed: sealedFor(id, { token, redirectTo }),
      inviter_type: origin.actor?.type ?? null,
      inviter_id: origin.actor !== undefined && 'id' in origin.actor ? origin.actor.id : null,
      created_at: time,
      expires_at: time + lifetimeMs,
    }
    await db.insertInto('invitations').values(row).execute()
    await audit.record(db, { event: 'user_invited', origin, details: { invitation_id: id, scopes } })
    const url = urlOf(token)
    if (email !== null) {
      await notices.enqueue(db, 'invitation', {
        about: { id: null, name: name ?? undefined },
        to: email,
        details: { link: url, linkExpiresAt: new Date(row.expires_at) },
        expiresAt: row.expires_at,
        outboxKind: messageKindOf(id),
      })
    }
    return { invitation: toInvitation(row), url }
  }

  /** Rejects a second invitation of an address. Callers hold a lock, so that no two of them pass at once. */
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
     * Creates an invitation and sends its link.
     * @throws {ApiError} 400; 403 for administration scopes that the caller lacks; 409 `email_taken`, `already_invited`
     */
    async create(
      { email: typed, name, scopes: words = [], redirectTo }: NewInvitation & { email: string },
      caller: Caller,
    ): Promise<Invitation> {
      const email = acceptEmail(typed)
      const scopes = acceptScopes(words)
      redirects.accept(redirectTo)
      const { invitation } = await store.write(async (db) => {
        demandReach(scopes, await claimRights(store, db, caller, administratorScope), { what: 'The invitation' })
        await demandUninvited(db, email)
        return issue(db, { email, name, scopes, redirectTo }, caller.origin)
      })
      return invitation
    },

    /**
     * Lists the invitations that can still be accepted, newest first.
     * @param before the id of the last invitation of the previous page
     */
    async list({ before, limit }: { before?: string | undefined; limit: number }): Promise<Invitation[]> {
      const rows = await store.read((db) => {
        const open = db
          .selectFrom('invitations')
          .select(columnsOf.invitations)
          .where('expires_at', '>', now())
          .orderBy('id', 'desc')
          .limit(limit)
        return (before === undefined ? open : open.where('id', '<', before)).execute()
      })
      return rows.map(toInvitation)
    },

    /**
     * Withdraws an invitation: revokes its link, and cancels its message if that is still pending.
     * @throws {ApiError} 404 if it does not exist; 403 if it has administration scopes that the caller lacks
     */
    withdraw: (id: string, caller: Caller): Promise<void> =>
      store.write(async (db) => {
        const rights = await claimRights(store, db, caller, administratorScope)
        const row = await db
          .selectFrom('invitations')
          .select(columnsOf.invitations)
          .where('id', '=', id)
          .where('expires_at', '>', now())
          .executeTakeFirst()
        if (row === undefined) throw notFound('There is no such invitation.')
        demandReach(scopesOf(row.scopes), rights, { what: 'The invitation' })
        await db.deleteFrom('invitations').where('id', '=', id).execute()
        if (row.email !== null) await notices.cancel(db, messageKindOf(id), row.email)
        await audit.record(db, { event: 'invitation_withdrawn', origin: caller.origin, details: { invitation_id: id } })
      }),

    /** Finds the link that the service has issued for the first administrator. */
    async findOwn(db: Reader): Promise<{ url: string; expiresAt: number } | undefined> {
      const rows = await db
        .selectFrom('invitations')
        .select(columnsOf.invitations)
        .where('inviter_type', '=', 'service')
        .where('expires_at', '>', now())
        .execute()
      // Links that were encrypted with another master key cannot be read.
      const links = rows.flatMap((row) => {
        const secret = secretOf(row)
        return secret === undefined ? [] : [{ url: urlOf(secret.token), expiresAt: row.expires_at }]
      })
      return links[0]
    },

    /** Finds the invitation of a valid link, without using it up. */
    find: (token: string): Promise<PresentedInvitation | undefined> => store.read((db) => findByToken(db, token)),

    /** Finds and deletes the invitation of a valid link, so that it is accepted only once. */
    async take(db: Writer, token: string): Promise<PresentedInvitation | undefined> {
      const row = await findByToken(db, token)
      const { numDeletedRows } = await db
        .deleteFrom('invitations')
        .where('id', '=', row?.id ?? '')
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n ? row : undefined
    },

    /** @returns the number of deleted rows, at most `maxRows` */
    async deleteExpired(maxRows: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('invitations')
          .where('id', 'in', db.selectFrom('invitations').select('id').where('expires_at', '<=', now()).limit(maxRows))
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

function toInvitation({ email_fold: _fold, sealed: _sealed, scopes, ...row }: InvitationRow): Invitation {
  return { ...row, scopes: scopesOf(scopes) }
}
