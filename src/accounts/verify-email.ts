import type { Audit, Origin } from '../audit/index.ts'
import type { Account } from '../authorization/index.ts'
import { type ApiError, missingFields } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import { addressClaimed, hourlyMailLimit, emailChanged, verifyEmail } from '../mail/index.ts'
import {
  type Codes,
  type Correspondence,
  invalidCode,
  type MailRequests,
  type Shown,
} from '../one-time-tokens/index.ts'
import type { Reader, Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, Credentials, Guarding, Trial } from '../throttling/index.ts'
import { claimOf, emailTaken, findUser, isAddressFree, isSameMailbox, lockUser } from '../users/index.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  guarding: Guarding
  attempts: Attempts
  audit: Audit
  codes: Codes
  mailRequests: MailRequests
  correspondence: Correspondence
  /** Requests of one network. */
  mostPerHour: number
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The link's token or the code; and the password, of whom the code was sent to, unless somebody is signed in. */
export interface Confirmation {
  token?: string | undefined
  code?: string | undefined
  username?: string | undefined
  password?: string | undefined
}

const purpose = 'verify_email'

interface Identified extends Pick<Trial, 'accept' | 'reject'> {
  shown: Shown
  user: UserRow
}

export type Verification = ReturnType<typeof createVerification>

/**
 * Proves that an address is that of an account: it takes what was mailed there, and the account's
 * session or password. So nobody confirms a claim for a stranger.
 */
export function createVerification({
  store,
  credentials,
  guarding,
  attempts,
  audit,
  codes,
  mailRequests,
  correspondence,
  mostPerHour,
  now,
}: Dependencies) {
  /** What is shown and by whom; a password is looked at here, a code afterwards. */
  async function identify(
    { token, code, username, password }: Confirmation,
    signedIn: Account | undefined,
    origin: Origin,
  ): Promise<Identified> {
    if (token !== undefined) {
      const row = await codes.find(purpose, token)
      if (row === undefined || (signedIn !== undefined && signedIn.id !== row.user_id)) throw await wrongLink(origin)
      const user = await credentials.findById(row.user_id)
      return { shown: { token }, ...(await demandUser(user?.username ?? '', user, password, signedIn, origin)) }
    }
    if (code === undefined) throw missingFields({ code })
    const name = signedIn?.username ?? username
    if (name === undefined) throw missingFields({ username, password })
    const user = signedIn === undefined ? await credentials.find(name) : await credentials.findById(signedIn.id)
    if (signedIn === undefined || user === undefined) {
      return { shown: { code }, ...(await demandUser(name, user, password, signedIn, origin)) }
    }
    const { accept, reject } = await guarding.begin({
      name,
      user,
      origin,
      failure: 'email_verification_failed',
      factor: 'mailed_code',
    })
    return { shown: { code }, user, accept, reject }
  }

  async function demandUser(
    name: string,
    user: UserRow | undefined,
    password: string | undefined,
    signedIn: Account | undefined,
    origin: Origin,
  ) {
    const reject = (reason: string) =>
      audit.reportRateLimited({
        event: 'email_verification_failed',
        outcome: 'failure',
        userId: user?.id,
        origin,
        details: { factor: 'mailed_code', reason },
      })
    if (signedIn === undefined) {
      if (password === undefined) throw missingFields({ password })
      return { ...(await credentials.demand({ name, password }, user, 'password', origin)), reject }
    }
    if (user === undefined) throw invalidCode()
    return { user, accept: async () => {}, reject }
  }

  async function wrongLink(origin: Origin) {
    await audit.reportRateLimited({
      event: 'email_verification_failed',
      outcome: 'failure',
      origin,
      details: { factor: 'mailed_link', reason: 'wrong' },
    })
    return invalidCode()
  }

  /** By an address that is claimed and not verified: the youngest of the accounts that claim it. */
  function findClaimant(db: Reader, name: string): Promise<UserRow | undefined> {
    if (!name.includes('@')) return findUser(db, name)
    return db
      .selectFrom('users')
      .selectAll()
      .where('email_fold', '=', fold(name))
      .where('email_verified', '=', 0)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
  }

  return {
    /** Somebody asks for a mail, and is not told whether there is such an account. */
    async request(name: string, origin: Origin) {
      await attempts.demandRate('mail requests', mostPerHour, origin)
      await store.write((db) => mailRequests.add(db, purpose, name, origin))
    },

    /** To the address that an account claims; if it is another account's, to the owner of that. */
    async answer(db: Writer, name: string, origin: Origin) {
      const found = await findClaimant(db, name)
      const user = found && (await lockUser(store, db, found))
      const email = user && claimOf(user)
      if (user === undefined || email === undefined) return
      await audit.record(db, { event: 'email_verification_requested', userId: user.id, origin, byStranger: true })
      const owner = await findUser(db, email)
      if (owner === undefined || owner.id === user.id) {
        await correspondence.sendProof(db, user, purpose, email, (about) => verifyEmail({ ...about, email }))
      } else {
        await correspondence.notify(
          db,
          owner,
          'address_claimed',
          (about) => addressClaimed({ ...about, claimant: user.username }),
          hourlyMailLimit,
        )
      }
    },

    /** Whose link it is, and for which address. Nothing changes. */
    async open(token: string): Promise<{ username: string; email: string } | undefined> {
      const row = await codes.find(purpose, token)
      if (row === undefined) return undefined
      const user = await credentials.findById(row.user_id)
      return user === undefined || user.disabled === 1 ? undefined : { username: user.username, email: row.email }
    },

    /**
     * @param signedIn who asks, if they are
     * @throws {ApiError} 400 `invalid_code`, `wrong_password`; 409 `email_taken`; 429 `slow_down`
     */
    async confirm(given: Confirmation, signedIn: Account | undefined, origin: Origin): Promise<void> {
      const { shown, user, accept, reject } = await identify(given, signedIn, origin)
      const refusal = await store.write(async (db): Promise<ApiError | undefined> => {
        const locked = await lockUser(store, db, user)
        const row = locked && (await codes.check(db, purpose, locked.id, shown))
        if (locked === undefined || row === undefined || row.email !== claimOf(locked)) return invalidCode()
        await accept(db)
        if (!(await isAddressFree(db, fold(row.email), locked.id))) return emailTaken()
        const time = now()
        await db
          .updateTable('users')
          .set({
            email: row.email,
            email_fold: fold(row.email),
            email_verified: 1,
            pending_email: null,
            updated_at: time,
          })
          .where('id', '=', locked.id)
          .execute()
        await audit.record(db, { event: 'email_verified', userId: locked.id, origin })
        await correspondence.voidProofs(db, locked.id, purpose)
        if (locked.email === null || isSameMailbox(locked.email, row.email)) return undefined
        await correspondence.voidProofs(db, locked.id, 'reset_password')
        await audit.record(db, { event: 'email_changed', userId: locked.id, origin })
        await correspondence.notify(db, locked, 'email_changed', (about) => emailChanged({ ...about, at: time }))
        return undefined
      })
      if (refusal?.code === 'invalid_code') await reject('wrong')
      if (refusal !== undefined) throw refusal
    },

    /**
     * The owner of the mailbox says that the account is not theirs: it loses its claim.
     * @throws {ApiError} 400 `invalid_code`
     */
    async reject(token: string, origin: Origin): Promise<void> {
      const row = await codes.find(purpose, token)
      const user = row && (await credentials.findById(row.user_id))
      const isDone =
        user !== undefined &&
        (await store.write(async (db) => {
          const locked = await lockUser(store, db, user)
          const code = locked && (await codes.check(db, purpose, locked.id, { token }))
          if (locked === undefined || code === undefined) return false
          const without = locked.pending_email === null ? { email: null, email_fold: null } : { pending_email: null }
          if (claimOf(locked) === code.email) {
            await db
              .updateTable('users')
              .set({ ...without, updated_at: now() })
              .where('id', '=', locked.id)
              .execute()
          }
          await correspondence.voidProofs(db, locked.id, purpose)
          await audit.record(db, { event: 'email_rejected', userId: locked.id, origin, byStranger: true })
          return true
        }))
      if (!isDone) throw await wrongLink(origin)
    },
  }
}
