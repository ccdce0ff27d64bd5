import { missing, unacceptable } from '../errors.ts'
import { accountDeleted, emailChanged, passwordChanged } from '../mail/letters.ts'
import type { UserRow } from '../store/schema.ts'
import type { Store, Writer } from '../store/store.ts'
import { lockUser } from '../store/users.ts'
import type { Device } from '../tokens/devices.ts'
import type { Grant, Grants } from '../tokens/grants.ts'
import type { Account, Principal } from '../tokens/principal.ts'
import { cutScopes, scopesOf } from '../tokens/scopes.ts'
import { toAccount, type Sessions } from '../tokens/sessions.ts'
import type { Codes } from './codes.ts'
import type { Correspondence } from './correspondence.ts'
import { aboutUser, wrongPassword, type Credentials } from './credentials.ts'
import { acceptEmail, isSameMailbox } from './emails.ts'
import type { MailRequests } from './mail-requests.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import { fold, retiredNameOf } from './usernames.ts'
import { claimOf } from './verification.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  passwords: Passwords
  passwordRules: PasswordRules
  codes: Codes
  mailRequests: MailRequests
  correspondence: Correspondence
  sessions: Sessions
  grants: Grants
  requireVerifiedEmail: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

/** What somebody changes of their account; what is left out stays. */
export interface AccountChange {
  /** A display name; null for none. */
  name?: string | null | undefined
  /** Null for none. */
  email?: string | null | undefined
  /** Needed for another e-mail. */
  current_password?: string | undefined
}

export type OwnAccount = ReturnType<typeof createOwnAccount>

/** What somebody who is signed in does with their own account. */
export function createOwnAccount ({ store, credentials, passwords, passwordRules, codes, mailRequests, correspondence, sessions, grants, requireVerifiedEmail, now }: Dependencies) {
  async function demandPassword ({ id }: Account, password: string, field: string): Promise<UserRow> {
    const user = await store.read((db) => db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst())
    if (!await credentials.areRight(user, password) || user === undefined) throw wrongPassword(field)
    return user
  }

  /**
   * A verified address stays in use until the new one is verified; a claim is replaced at once, and a
   * reset that was mailed there is void.
   */
  async function changeEmail (db: Writer, user: UserRow, email: string | null): Promise<Partial<UserRow>> {
    const { id, username } = user
    if (email !== null) await mailRequests.add(db, 'verify email', username)
    // Whoever says it again has the mail sent again.
    if (email !== null && email === claimOf(user)) return {}
    await codes.remove(db, id, 'verify email')
    // Another spelling of it is as verified as before.
    if (email !== null && user.email !== null && isSameMailbox(email, user.email)) return { email, pending_email: null }
    if (email !== null && user.email_verified === 1) return { pending_email: email }
    await codes.remove(db, id, 'reset password')
    await correspondence.tell(db, user, 'email changed', (about) => emailChanged({ ...about, at: now() }))
    return { email, email_fold: email === null ? null : fold(email), email_verified: 0, pending_email: null }
  }

  return {
    /** @throws {Refusal} 400 `invalid_request`, `wrong_password` */
    async change (account: Account, { name, email, current_password: password }: AccountChange): Promise<Account> {
      const address = typeof email === 'string' ? acceptEmail(email) : email
      if (address === null && requireVerifiedEmail) throw unacceptable('email', 'cannot be left out here')
      if (address !== undefined && password === undefined) throw missing({ current_password: password })
      const verified = address === undefined || password === undefined ? undefined : await demandPassword(account, password, 'current_password')

      const changed = await store.write(async (db) => {
        const user = verified === undefined
          ? await store.lock(db.selectFrom('users').selectAll().where('id', '=', account.id)).executeTakeFirst()
          : await lockUser(store, db, verified)
        if (user === undefined) return undefined
        const columns = {
          ...name === undefined ? {} : { name },
          ...address === undefined ? {} : await changeEmail(db, user, address),
          updated_at: now(),
        }
        await db.updateTable('users').set(columns).where('id', '=', user.id).execute()
        return { ...user, ...columns }
      })
      if (changed === undefined) throw wrongPassword('current_password')
      return toAccount(changed)
    },

    /**
     * Sets another password. Every session ends, and a new one begins with what this one was granted.
     * @throws {Refusal} 400 `wrong_password`, or what is wrong with the new one
     */
    async changePassword ({ account, session }: Principal, { current, next }: { current: string, next: string }, device: Device): Promise<Grant> {
      await grants.demandKey()
      const user = await demandPassword(account, current, 'current_password')
      passwordRules.check(next, { field: 'new_password', about: aboutUser(user) })
      const passwordHash = await passwords.hash(next)

      const granted = await store.write(async (db) => {
        const locked = await lockUser(store, db, user)
        const present = await db.selectFrom('sessions').select('scope').where('id', '=', session.id).executeTakeFirst()
        if (locked === undefined || present === undefined) return undefined
        const time = now()
        await db.updateTable('users').set({ password_hash: passwordHash, password_version: locked.password_version + 1, updated_at: time }).where('id', '=', locked.id).execute()
        await sessions.endAll(db, locked.id)
        await codes.remove(db, locked.id, 'reset password')
        await correspondence.tell(db, locked, 'password changed', (about) => passwordChanged({ ...about, resetUrl: correspondence.resetUrl, at: time }))
        const scope = cutScopes(scopesOf(present.scope), scopesOf(locked.scopes)).join(' ')
        return { session: await sessions.begin(db, locked.id, scope, device), scope }
      })
      if (granted === undefined) throw wrongPassword('current_password')
      return grants.issue(account, granted.session, granted.scope)
    },

    /**
     * Removes the account and all that is held about its user. Nobody gets the username again.
     * @throws {Refusal} 400 `wrong_password`
     */
    async remove (account: Account, password: string): Promise<void> {
      const user = await demandPassword(account, password, 'password')
      const isGone = await store.write(async (db) => {
        const locked = await lockUser(store, db, user)
        if (locked === undefined) return false
        const time = now()
        // What they are yet to be told is sent; and mails count for a day, or whoever deletes accounts could flood a mailbox.
        await correspondence.withdrawProofs(db, locked.id)
        await correspondence.tell(db, locked, 'account deleted', (about) => accountDeleted({ ...about, at: time }))
        // Sessions and codes go with it.
        await db.deleteFrom('users').where('id', '=', locked.id).execute()
        await db.insertInto('retired_usernames').values({ name_hash: retiredNameOf(locked.username_fold), retired_at: time }).execute()
        return true
      })
      if (!isGone) throw wrongPassword('password')
    },

    /** Everything that is held about somebody. Times are milliseconds since the epoch. */
    async gather ({ id }: Account) {
      return store.read(async (db) => ({
        user: await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
        sessions: await db.selectFrom('sessions').select(['id', 'client_id', 'scope', 'address', 'user_agent', 'created_at', 'used_at', 'expires_at'])
          .where('user_id', '=', id).orderBy('created_at').orderBy('id').execute(),
        codes: await db.selectFrom('codes').select(['purpose', 'email', 'created_at', 'expires_at', 'code_expires_at', 'tries']).where('user_id', '=', id).orderBy('created_at').execute(),
        mails: await db.selectFrom('mails').select(['kind', 'created_at', 'sent_at']).where('user_id', '=', id).orderBy('created_at').orderBy('id').execute(),
      }))
    },
  }
}
