import { missing, type Refusal } from '../errors.ts'
import { passwordChanged, resetPassword } from '../mail/letters.ts'
import type { UserRow } from '../store/schema.ts'
import type { Store, Writer } from '../store/store.ts'
import { lockUser } from '../store/users.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { invalidCode, type Codes, type Shown } from './codes.ts'
import type { Correspondence } from './correspondence.ts'
import { aboutUser, findUser, type Credentials } from './credentials.ts'
import { isSameMailbox } from './emails.ts'
import type { MailRequests } from './mail-requests.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import { isFree } from './verification.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  passwords: Passwords
  passwordRules: PasswordRules
  codes: Codes
  mailRequests: MailRequests
  correspondence: Correspondence
  sessions: Sessions
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The link's token, or the code with whom it was sent to. */
export interface NewPassword {
  token?: string | undefined
  username?: string | undefined
  code?: string | undefined
  new_password: string
}

const purpose = 'reset password'

export type Recovery = ReturnType<typeof createRecovery>

/** Lets somebody back in who has lost their password and has their mailbox. */
export function createRecovery ({ store, credentials, passwords, passwordRules, codes, mailRequests, correspondence, sessions, now }: Dependencies) {
  /** Whom something was mailed to that is now shown, as far as can be said without their row. */
  async function identify ({ token, username, code }: NewPassword): Promise<{ shown: Shown, user: UserRow | undefined }> {
    if (token !== undefined) {
      const row = await codes.find(purpose, token)
      if (row === undefined) throw invalidCode()
      return { shown: { token }, user: await store.read((db) => db.selectFrom('users').selectAll().where('id', '=', row.user_id).executeTakeFirst()) }
    }
    if (username === undefined || code === undefined) throw missing({ username, code })
    return { shown: { code }, user: await credentials.find(username) }
  }

  /** A mailbox that a code came from is theirs, unless another account has it. */
  async function isNowVerified (db: Writer, user: UserRow) {
    return user.email_verified === 1 || (user.email_fold !== null && await isFree(db, user.email_fold, user.id))
  }

  return {
    /** Somebody who has forgotten their password asks for a mail, and is not told whether there is such an account. */
    request: (name: string) => store.write((db) => mailRequests.add(db, purpose, name)),

    /** By username it goes to the account's address, by e-mail to the account that has it verified. */
    async answer (db: Writer, name: string) {
      const found = await findUser(db, name)
      const user = found && await lockUser(store, db, found)
      if (user === undefined || user.email === null) return
      await correspondence.sendProof(db, user, purpose, user.email, resetPassword)
    },

    /** Whose link it is. Nothing changes. */
    async open (token: string): Promise<string | undefined> {
      const row = await codes.find(purpose, token)
      const user = row && await store.read((db) => db.selectFrom('users').select('username').where('id', '=', row.user_id).where('disabled', '=', 0).executeTakeFirst())
      return user?.username
    },

    /**
     * Sets a new password and ends every session and whatever else is under way.
     * @throws {Refusal} 400 `invalid_code`, or what is wrong with the password
     */
    async setPassword (given: NewPassword): Promise<void> {
      const { shown, user } = await identify(given)
      const field = 'new_password'
      // What only the account's owner may learn is told after the code was right.
      passwordRules.check(given.new_password, { field, about: [given.username] })
      const objection = user && passwordRules.objectionTo(given.new_password, { field, about: aboutUser(user) })
      const hash = await passwords.hash(given.new_password)

      const refusal = await store.write(async (db): Promise<Refusal | undefined> => {
        const locked = user && await lockUser(store, db, user)
        const row = locked && await codes.check(db, purpose, locked.id, shown)
        if (row === undefined || locked?.email == null || !isSameMailbox(row.email, locked.email)) return invalidCode()
        if (objection !== undefined) return objection
        const time = now()
        const columns: Partial<UserRow> = {
          password_hash: hash,
          password_version: locked.password_version + 1,
          email_verified: await isNowVerified(db, locked) ? 1 : 0,
          pending_email: null,
          updated_at: time,
        }
        await db.updateTable('users').set(columns).where('id', '=', locked.id).execute()
        await sessions.endAll(db, locked.id)
        await codes.remove(db, locked.id, purpose)
        await codes.remove(db, locked.id, 'verify email')
        await correspondence.tell(db, { ...locked, ...columns }, 'password changed', (about) => passwordChanged({ ...about, resetUrl: correspondence.resetUrl, at: time }))
        return undefined
      })
      if (refusal !== undefined) throw refusal
    },
  }
}
