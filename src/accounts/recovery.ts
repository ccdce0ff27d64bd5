import { missing, type Refusal } from '../errors.ts'
import { resetPassword } from '../mail/templates.ts'
import type { UserRow } from '../store/schema.ts'
import type { Store, Writer } from '../store/store.ts'
import { lockUser } from '../store/users.ts'
import { invalidCode, type Codes, type Shown } from './codes.ts'
import type { Correspondence } from './correspondence.ts'
import { aboutUser, findUser, type Credentials } from './credentials.ts'
import { isAddressFree, isSameMailbox } from './emails.ts'
import type { MailRequests } from './mail-requests.ts'
import type { PasswordReplacement } from './password-replacement.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  passwords: Passwords
  passwordRules: PasswordRules
  passwordReplacement: PasswordReplacement
  codes: Codes
  mailRequests: MailRequests
  correspondence: Correspondence
}

/** The link's token, or the code with whom it was sent to. */
export interface PasswordReset {
  token?: string | undefined
  username?: string | undefined
  code?: string | undefined
  new_password: string
}

const purpose = 'reset password'

export type Recovery = ReturnType<typeof createRecovery>

/** Lets somebody back in who has lost their password and has their mailbox. */
export function createRecovery ({ store, credentials, passwords, passwordRules, passwordReplacement, codes, mailRequests, correspondence }: Dependencies) {
  /** Whom something was mailed to that is now shown, as far as can be said without their row. */
  async function identify ({ token, username, code }: PasswordReset): Promise<{ shown: Shown, user: UserRow | undefined }> {
    if (token !== undefined) {
      const row = await codes.find(purpose, token)
      if (row === undefined) throw invalidCode()
      return { shown: { token }, user: await credentials.findById(row.user_id) }
    }
    if (username === undefined || code === undefined) throw missing({ username, code })
    return { shown: { code }, user: await credentials.find(username) }
  }

  /** A mailbox that a code came from is theirs, unless another account has it. */
  async function isNowVerified (db: Writer, user: UserRow) {
    return user.email_verified === 1 || (user.email_fold !== null && await isAddressFree(db, user.email_fold, user.id))
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
      const user = row && await credentials.findById(row.user_id)
      return user?.disabled === 0 ? user.username : undefined
    },

    /**
     * Sets a new password and ends every session and whatever else is under way.
     * @throws {Refusal} 400 `invalid_code`, or what is wrong with the password
     */
    async setPassword (given: PasswordReset): Promise<void> {
      const { shown, user } = await identify(given)
      const field = 'new_password'
      // What only the account's owner may learn is told after the code was right.
      passwordRules.check(given.new_password, { field, about: [given.username] })
      const objection = user && passwordRules.objectionTo(given.new_password, { field, about: aboutUser(user) })
      const hash = await passwords.hash(given.new_password)

      const refusal = await store.write(async (db): Promise<Refusal | undefined> => {
        const locked = user && await lockUser(store, db, user)
        const row = await codes.check(db, purpose, locked?.id, shown)
        if (row === undefined || locked?.email == null || !isSameMailbox(row.email, locked.email)) return invalidCode()
        if (objection !== undefined) return objection
        await passwordReplacement.replace(db, locked, hash, await isNowVerified(db, locked))
        return undefined
      })
      if (refusal !== undefined) throw refusal
    },
  }
}
