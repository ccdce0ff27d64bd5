import { randomInt } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { ApiError } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { columnsOf, type OneTimeTokenRow, type Reader, type Store, type Writer } from '../store/index.ts'
import { idOfLinkToken, isSameSecret, newLinkToken } from './link-token.ts'

export type Purpose = OneTimeTokenRow['purpose']

const minute = 60 * 1000

/** A link that verifies an e-mail address lives longer, as it works only with the password. */
const links: Record<Purpose, { prefix: string; lifetimeMs: number }> = {
  reset_password: { prefix: 'pr_', lifetimeMs: 30 * minute },
  verify_email: { prefix: 'ev_', lifetimeMs: 24 * 60 * minute },
}

/** OWASP ASVS 5.0 V6.5.5. */
const codeLifetimeMs = 10 * minute

/** With eight digits, one guess in twenty million is right. */
const maxGuessesPerCode = 5

const sealPurpose = 'codes'

const idOfNoUser = ''

/** The contents of a message: a link, and a code for other devices. Times are milliseconds since the epoch. */
export interface MailedToken {
  /** The token in the link. */
  token: string
  /** Eight digits. */
  code: string
  expiresAt: number
  codeExpiresAt: number
}

/** A one-time token as it is presented: that of the link, or the code as typed. */
export type PresentedToken = { token: string } | { code: string }

/** What is sealed. Rows of a previous version have no `redirectTo`. */
interface Secret {
  token: string
  code: string
  /** The URL that the page at the end links to. */
  redirectTo?: string | undefined
}

/** A token that was presented, and is right. */
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
 * One-time tokens that prove the ownership of a mailbox. They are sealed in the database: reading it does not help to
 * use them.
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

  /** The row that a token names, if the token is the secret in it. */
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

  /** Within a transaction that locks the user's row. A wrong code is counted. */
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
    if (row === undefined || isSameSecret(secretOf(row)?.code, digitsOf(typed))) return row
    await db
      .updateTable('one_time_tokens')
      .set({ attempts: row.attempts + 1 })
      .where('id', '=', row.id)
      .execute()
    return undefined
  }

  /** Costs as much as counting a wrong code. Otherwise the response time would tell whether a code was mailed. */
  async function simulateCount(db: Writer, purpose: Purpose) {
    const id = uuidv7()
    await db.insertInto('mail_requests').values({ id, purpose, sealed: '', created_at: 0 }).execute()
    await db.deleteFrom('mail_requests').where('id', '=', id).execute()
  }

  return {
    /**
     * Issues the token to mail to a user, within a transaction that locks the user's row. A valid link is repeated
     * with the same expiry, and so is its code, unless that has expired. Both lead to the URL that was named last.
     * @returns undefined when there is a valid link that must not be repeated
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
     * Finds which of the users without a username who claim an address was mailed a code last. Nothing changes.
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
          .where('users.username', '=', '')
          .where('one_time_tokens.purpose', '=', purpose)
          .where('one_time_tokens.code_expires_at', '>', now())
          // A repeated mail renews an expired code.
          .orderBy('one_time_tokens.code_expires_at', 'desc')
          .orderBy('one_time_tokens.id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      )
      return row?.id
    },

    /** Looks up the token of a link; undefined when it is invalid or has expired. Nothing changes. */
    find: (purpose: Purpose, token: string) => store.read((db) => findByToken(db, purpose, token)),

    /**
     * Checks a token for a user whose row the transaction locks. A wrong code is counted, so the transaction has to be
     * committed. A right token stays valid until it is removed.
     * @param userId undefined when there is no such user, which takes the same time
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

    /** Invalidates what was mailed to a user for this purpose. */
    remove,

    /**
     * @param max rows per call
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

/** 26 bits (OWASP ASVS 5.0 V6.5.4 asks for 20). */
function newCode() {
  return String(randomInt(100_000_000)).padStart(8, '0')
}

/** The mail shows a code with a space, and people type it like that, with the digits of their keyboard. */
function digitsOf(typed: string) {
  return typed
    .normalize('NFKC')
    .replace(/[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Pd}]/gu, '')
    .replace(/\p{Nd}/gu, (digit) => String(valueOfDigit(digit.codePointAt(0) ?? 0)))
}

/** In every script the ten digits follow each other (Unicode 4.6). */
function valueOfDigit(codePoint: number): number {
  let zero = codePoint
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return (codePoint - zero) % 10
}
