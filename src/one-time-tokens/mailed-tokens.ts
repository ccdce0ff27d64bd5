import { randomInt } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { ApiError } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { normalizeCode } from '../lib/normalize-code.ts'
import { columnsOf, type OneTimeTokenRow, type Reader, type Store, type Writer } from '../store/index.ts'
import { noUsername } from '../users/index.ts'
import { idOfLinkToken, isSameSecret, newLinkToken } from './link-token.ts'

export type Purpose = OneTimeTokenRow['purpose']

const minute = 60 * 1000

/** A link that verifies an e-mail address is valid for longer, since it also requires the password. */
const links: Record<Purpose, { prefix: string; lifetimeMs: number }> = {
  reset_password: { prefix: 'pr_', lifetimeMs: 30 * minute },
  verify_email: { prefix: 'ev_', lifetimeMs: 24 * 60 * minute },
}

/** The maximum of OWASP ASVS 5.0 V6.5.5. */
const codeLifetimeMs = 10 * minute

/** With eight digits, the chance of guessing a code is one in twenty million. */
const maxGuessesPerCode = 5

const sealPurpose = 'codes'

const idOfNoUser = ''

/** A link, and a code for use on other devices. Times are milliseconds since the epoch. */
export interface MailedToken {
  /** The token in the link. */
  token: string
  /** Eight digits. */
  code: string
  expiresAt: number
  codeExpiresAt: number
}

/** The token of the link, or the code as typed. */
export type PresentedToken = { token: string } | { code: string }

/** The encrypted part of a row. Rows of previous versions have no `redirectTo`. */
interface Secret {
  token: string
  code: string
  /** The URL that the last page links to. */
  redirectTo?: string | undefined
}

/** A valid token that was presented. */
export interface CheckedToken extends OneTimeTokenRow {
  redirectTo: string | undefined
}

export interface NewToken {
  userId: string
  purpose: Purpose
  email: string
  redirectTo?: string | undefined
}

interface Dependencies {
  store: Store
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type MailedTokens = ReturnType<typeof createMailedTokens>

/**
 * One-time tokens that prove ownership of a mailbox. The database stores them encrypted, so that read access to it is
 * not enough to use them.
 */
export function createMailedTokens({ store, masterKey, now }: Dependencies) {
  function secretOf({ id, sealed }: OneTimeTokenRow): Secret | undefined {
    const text = masterKey.open(sealPurpose, id, sealed)
    return text === undefined ? undefined : JSON.parse(text)
  }

  function sealedFor(id: string, secret: Secret) {
    return masterKey.seal(sealPurpose, id, JSON.stringify(secret))
  }

  function codeExpiryFor(expiresAt: number) {
    return Math.min(now() + codeLifetimeMs, expiresAt)
  }

  async function create(db: Writer, { userId, purpose, email, redirectTo }: NewToken): Promise<MailedToken> {
    const time = now()
    const id = uuidv7({ msecs: time })
    const { prefix, lifetimeMs } = links[purpose]
    const secret = { token: newLinkToken(prefix, id), code: newCode(), redirectTo }
    const expiresAt = time + lifetimeMs
    const codeExpiresAt = codeExpiryFor(expiresAt)
    await remove(db, userId, purpose)
    await db
      .insertInto('one_time_tokens')
      .values({
        id,
        user_id: userId,
        purpose,
        email,
        sealed: sealedFor(id, secret),
        created_at: time,
        expires_at: expiresAt,
        code_expires_at: codeExpiresAt,
        attempts: 0,
      })
      .execute()
    return mailedToken(secret, { expiresAt, codeExpiresAt })
  }

  /** Finds the row of a valid link token. */
  async function findByToken(db: Reader, purpose: Purpose, token: string): Promise<OneTimeTokenRow | undefined> {
    const id = idOfLinkToken(links[purpose].prefix, token)
    if (id === undefined) return undefined
    const row = await db
      .selectFrom('one_time_tokens')
      .select(columnsOf.one_time_tokens)
      .where('id', '=', id)
      .where('purpose', '=', purpose)
      .where('expires_at', '>', now())
      .executeTakeFirst()
    return row !== undefined && isSameSecret(secretOf(row)?.token, token) ? row : undefined
  }

  /** Counts a wrong code. The transaction must have locked the user's row. */
  async function findByCode(
    db: Writer,
    purpose: Purpose,
    userId: string,
    typed: string,
  ): Promise<OneTimeTokenRow | undefined> {
    const row = await db
      .selectFrom('one_time_tokens')
      .select(columnsOf.one_time_tokens)
      .where('user_id', '=', userId)
      .where('purpose', '=', purpose)
      .where('code_expires_at', '>', now())
      .where('attempts', '<', maxGuessesPerCode)
      .executeTakeFirst()
    if (row === undefined) await simulateCount(db, purpose)
    if (row === undefined || isSameSecret(secretOf(row)?.code, normalizeCode(typed))) return row
    await db
      .updateTable('one_time_tokens')
      .set({ attempts: row.attempts + 1 })
      .where('id', '=', row.id)
      .execute()
    return undefined
  }

  /** Takes as long as counting a wrong code, so that the response time does not reveal whether a code was sent. */
  async function simulateCount(db: Writer, purpose: Purpose) {
    const id = uuidv7()
    await db.insertInto('mail_requests').values({ id, purpose, sealed: '', created_at: 0 }).execute()
    await db.deleteFrom('mail_requests').where('id', '=', id).execute()
  }

  return {
    /**
     * Issues a token to send to a user. The transaction must have locked the user's row. A valid link is sent again
     * with the same expiry, and with the same code unless that has expired. The last `redirectTo` counts.
     * @returns undefined if there is a valid link that must not be sent again
     */
    async issue(
      db: Writer,
      { mayRepeat, ...about }: NewToken & { mayRepeat: boolean },
    ): Promise<MailedToken | undefined> {
      const row = await db
        .selectFrom('one_time_tokens')
        .select(columnsOf.one_time_tokens)
        .where('user_id', '=', about.userId)
        .where('purpose', '=', about.purpose)
        .where('email', '=', about.email)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      const secret = row === undefined ? undefined : secretOf(row)
      if (row === undefined || secret === undefined) return create(db, about)
      if (!mayRepeat) return undefined

      const { id, expires_at: expiresAt, code_expires_at: codeExpiresAt, attempts } = row
      const { redirectTo = secret.redirectTo } = about
      const isCodeUsable = codeExpiresAt > now() && attempts < maxGuessesPerCode
      if (isCodeUsable && redirectTo === secret.redirectTo) return mailedToken(secret, { expiresAt, codeExpiresAt })
      const renewed = { ...secret, redirectTo, code: isCodeUsable ? secret.code : newCode() }
      const end = isCodeUsable ? codeExpiresAt : codeExpiryFor(expiresAt)
      await db
        .updateTable('one_time_tokens')
        .set({ sealed: sealedFor(id, renewed), code_expires_at: end, attempts: isCodeUsable ? attempts : 0 })
        .where('id', '=', id)
        .execute()
      return mailedToken(renewed, { expiresAt, codeExpiresAt: end })
    },

    /**
     * Finds the user without a username who claims an address and was sent a code for it last.
     * @param emailFold the folded address
     * @returns the id of the user
     */
    async findHolder(purpose: Purpose, emailFold: string): Promise<string | undefined> {
      const row = await store.read((db) =>
        db
          .selectFrom('one_time_tokens')
          .innerJoin('users', 'users.id', 'one_time_tokens.user_id')
          .select('users.id')
          .where('users.email_fold', '=', emailFold)
          .where('users.email_verified', '=', 0)
          .where('users.username', '=', noUsername)
          .where('one_time_tokens.purpose', '=', purpose)
          .where('one_time_tokens.code_expires_at', '>', now())
          // Sending a link again renews an expired code, so the id alone does not tell which code is the latest.
          .orderBy('one_time_tokens.code_expires_at', 'desc')
          .orderBy('one_time_tokens.id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      )
      return row?.id
    },

    /** Looks up the token of a link, without using it up. @returns undefined if it is invalid or has expired */
    find: (purpose: Purpose, token: string) => store.read((db) => findByToken(db, purpose, token)),

    /**
     * Checks a token. The transaction must have locked the user's row, and has to be committed to count a wrong code. A
     * valid token stays valid until it is removed.
     * @param userId undefined if there is no such user; the check takes the same time
     */
    async check(
      db: Writer,
      purpose: Purpose,
      userId: string | undefined,
      presented: PresentedToken,
    ): Promise<CheckedToken | undefined> {
      const row =
        'token' in presented
          ? await findByToken(db, purpose, presented.token)
          : await findByCode(db, purpose, userId ?? idOfNoUser, presented.code)
      if (row === undefined || row.user_id !== userId) return undefined
      return { ...row, redirectTo: secretOf(row)?.redirectTo }
    },

    /** Revokes a user's token for this purpose. */
    remove,

    /**
     * @param max the maximum number of rows to delete
     * @returns the number of deleted rows
     */
    async deleteExpired(max: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('one_time_tokens')
          .where('id', 'in', db.selectFrom('one_time_tokens').select('id').where('expires_at', '<=', now()).limit(max))
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

export function invalidCode() {
  return new ApiError('invalid_code')
}

async function remove(db: Writer, userId: string, purpose: Purpose) {
  await db.deleteFrom('one_time_tokens').where('user_id', '=', userId).where('purpose', '=', purpose).execute()
}

function mailedToken({ token, code }: Secret, ends: Pick<MailedToken, 'expiresAt' | 'codeExpiresAt'>): MailedToken {
  return { token, code, ...ends }
}

/** 26 bits of entropy (OWASP ASVS 5.0 V6.5.4 requires 20). */
function newCode() {
  return String(randomInt(100_000_000)).padStart(8, '0')
}
