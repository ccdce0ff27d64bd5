import { randomInt } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { ApiError } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { OneTimeTokenRow, Reader, Store, Writer } from '../store/index.ts'
import { idOfLinkToken, isSameSecret, newLinkToken } from './link-token.ts'

export type Purpose = OneTimeTokenRow['purpose']

const minute = 60 * 1000

/** Of the link: what it begins with, and how long it lives. A mailbox that is confirmed takes a password besides. */
const links: Record<Purpose, { prefix: string; life: number }> = {
  reset_password: { prefix: 'pr_', life: 30 * minute },
  verify_email: { prefix: 'ev_', life: 24 * 60 * minute },
}

/** OWASP ASVS 5.0 V6.5.5. */
const codeLife = 10 * minute

/** Of one code: with eight digits, one guess in twenty million is right. */
const mostTries = 5

const sealPurpose = 'codes'

/** No user has this id. */
const nobody = ''

/** What stands in the mail. */
export interface Issued {
  /** Of the link. */
  token: string
  /** Eight digits. */
  code: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  codeExpiresAt: number
}

/** What somebody shows: the token of a link, or a code as they typed it. */
export type Shown = { token: string } | { code: string }

interface Secret {
  token: string
  code: string
}

interface Dependencies {
  store: Store
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type Codes = ReturnType<typeof createCodes>

/**
 * Links and codes that are mailed to prove that a mailbox is somebody's. What is in the database is
 * sealed: who reads it can use none.
 */
export function createCodes({ store, masterKey, now }: Dependencies) {
  function secretOf({ id, sealed }: OneTimeTokenRow): Secret | undefined {
    const text = masterKey.open(sealPurpose, id, sealed)
    return text === undefined ? undefined : JSON.parse(text)
  }

  function sealedFor(id: string, secret: Secret) {
    return masterKey.seal(sealPurpose, id, JSON.stringify(secret))
  }

  function codeEnd(expiresAt: number) {
    return Math.min(now() + codeLife, expiresAt)
  }

  async function create(
    db: Writer,
    { userId, purpose, email }: { userId: string; purpose: Purpose; email: string },
  ): Promise<Issued> {
    const time = now()
    const id = uuidv7({ msecs: time })
    const { prefix, life } = links[purpose]
    const secret = { token: newLinkToken(prefix, id), code: newCode() }
    const expiresAt = time + life
    const codeExpiresAt = codeEnd(expiresAt)
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
    return { ...secret, expiresAt, codeExpiresAt }
  }

  /** The row that a token names, and the secret that it would have to hold. */
  async function findByToken(db: Reader, purpose: Purpose, token: string): Promise<OneTimeTokenRow | undefined> {
    const id = idOfLinkToken(links[purpose].prefix, token)
    if (id === undefined) return undefined
    const row = await db
      .selectFrom('one_time_tokens')
      .selectAll()
      .where('id', '=', id)
      .where('purpose', '=', purpose)
      .where('expires_at', '>', now())
      .executeTakeFirst()
    return row !== undefined && isSameSecret(secretOf(row)?.token, token) ? row : undefined
  }

  /** Within a transaction that holds the row of the user. A wrong code counts. */
  async function findByCode(
    db: Writer,
    purpose: Purpose,
    userId: string,
    typed: string,
  ): Promise<OneTimeTokenRow | undefined> {
    const row = await db
      .selectFrom('one_time_tokens')
      .selectAll()
      .where('user_id', '=', userId)
      .where('purpose', '=', purpose)
      .where('code_expires_at', '>', now())
      .where('attempts', '<', mostTries)
      .executeTakeFirst()
    if (row === undefined) await writeAsMuch(db, purpose)
    if (row === undefined || isSameSecret(secretOf(row)?.code, digitsOf(typed))) return row
    await db
      .updateTable('one_time_tokens')
      .set({ attempts: row.attempts + 1 })
      .where('id', '=', row.id)
      .execute()
    return undefined
  }

  /** As much as a wrong code costs that is counted: else the time of the answer would tell that one was mailed. */
  async function writeAsMuch(db: Writer, purpose: Purpose) {
    const id = uuidv7()
    await db.insertInto('mail_requests').values({ id, purpose, sealed: '', created_at: 0 }).execute()
    await db.deleteFrom('mail_requests').where('id', '=', id).execute()
  }

  return {
    /**
     * What is to be mailed to somebody, within a transaction that holds the row of the user. While a
     * link lives it stays the same, and does not live longer; so does its code, unless that has ended.
     * @returns undefined when a link lives and must not be repeated
     */
    async issue(
      db: Writer,
      { mayRepeat, ...about }: { userId: string; purpose: Purpose; email: string; mayRepeat: boolean },
    ): Promise<Issued | undefined> {
      const row = await db
        .selectFrom('one_time_tokens')
        .selectAll()
        .where('user_id', '=', about.userId)
        .where('purpose', '=', about.purpose)
        .where('email', '=', about.email)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      const secret = row === undefined ? undefined : secretOf(row)
      if (row === undefined || secret === undefined) return create(db, about)
      if (!mayRepeat) return undefined

      const { id, expires_at: expiresAt, code_expires_at: codeExpiresAt, attempts } = row
      if (codeExpiresAt > now() && attempts < mostTries) return { ...secret, expiresAt, codeExpiresAt }
      const renewed = { ...secret, code: newCode() }
      const end = codeEnd(expiresAt)
      await db
        .updateTable('one_time_tokens')
        .set({ sealed: sealedFor(id, renewed), code_expires_at: end, attempts: 0 })
        .where('id', '=', id)
        .execute()
      return { ...renewed, expiresAt, codeExpiresAt: end }
    },

    /** Whose link it is; undefined when it is none, or over. Nothing changes. */
    find: (purpose: Purpose, token: string) => store.read((db) => findByToken(db, purpose, token)),

    /**
     * Whether what is shown is right, for a user whose row the transaction holds, or for nobody. A wrong
     * code counts, so the transaction has to be committed. Who uses what is right removes it.
     */
    async check(
      db: Writer,
      purpose: Purpose,
      userId: string | undefined,
      shown: Shown,
    ): Promise<OneTimeTokenRow | undefined> {
      const row =
        'token' in shown
          ? await findByToken(db, purpose, shown.token)
          : await findByCode(db, purpose, userId ?? nobody, shown.code)
      return row?.user_id === userId ? row : undefined
    },

    /** Whatever was mailed to a user for this is void. */
    remove,

    /** @param most how many at once. @returns how many there were */
    async removeOver(most: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('one_time_tokens')
          .where('id', 'in', db.selectFrom('one_time_tokens').select('id').where('expires_at', '<=', now()).limit(most))
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

/** The same for whatever is wrong. */
export function invalidCode() {
  return new ApiError('invalid_code')
}

async function remove(db: Writer, userId: string, purpose: Purpose) {
  await db.deleteFrom('one_time_tokens').where('user_id', '=', userId).where('purpose', '=', purpose).execute()
}

/** 26 bits (OWASP ASVS 5.0 V6.5.4 asks for 20). */
function newCode() {
  return String(randomInt(100_000_000)).padStart(8, '0')
}

/** People type a code as it stands in the mail, with a space. */
function digitsOf(typed: string) {
  return typed.replace(/[\s-]/g, '')
}
