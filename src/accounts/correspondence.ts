import { contentOf, type Brand, type Letter } from '../mail/layout.ts'
import type { About, Proof } from '../mail/templates.ts'
import type { Outbox } from '../mail/outbox.ts'
import type { UserRow } from '../store/schema.ts'
import type { Store, Writer } from '../store/store.ts'
import type { MasterKey } from '../tokens/master-key.ts'
import type { Codes, Purpose } from './codes.ts'
import { isSameMailbox } from './emails.ts'
import { fold } from './usernames.ts'

interface Dependencies {
  store: Store
  outbox: Outbox
  codes: Codes
  masterKey: MasterKey
  brand: Brand
  /** Under which the pages stand. */
  issuer: string
  /** Milliseconds since the epoch. */
  now: () => number
}

type User = Pick<UserRow, 'id' | 'username' | 'email' | 'email_verified'>

const hour = 60 * 60 * 1000

const pages: Record<Purpose, string> = { 'reset password': '/reset-password', 'verify email': '/verify-email' }

/** Mails in an hour, so that nobody is flooded. */
const limits = {
  /** With a link, about one account. */
  links: 3,
  /** With a link that has been sent before: so many others at most go before it. */
  beforeRepeat: 2,
  /** With a link, to an address, from all accounts that have not verified it. */
  linksToUnverified: 10,
  /** Of one kind to an address, where strangers can cause them. */
  notices: 3,
}

export type Correspondence = ReturnType<typeof createCorrespondence>

/** What users are told by mail. All of it within the transaction of what it is about. */
export function createCorrespondence ({ store, outbox, codes, masterKey, brand, issuer, now }: Dependencies) {
  const addressed = ({ username }: User): About => ({ username, product: brand.name })
  const isTheirs = ({ email, email_verified: isVerified }: User, address: string) => isVerified === 1 && email !== null && isSameMailbox(email, address)
  const recipientOf = (address: string) => masterKey.mac('mail recipients', Buffer.from(withoutTag(fold(address)))).toString('base64url')

  function post (db: Writer, kind: string, user: User, to: string, letter: Letter, expiresAt: number) {
    return outbox.post(db, { kind, userId: user.id, to, recipient: recipientOf(to), content: contentOf(letter, brand), expiresAt })
  }

  /** Whether an address has had enough for an hour. Those who mail to it wait for each other, or together they would be too many. */
  async function isFull (db: Writer, kind: string, address: string, most: number) {
    const recipient = recipientOf(address)
    await store.lockName(db, `mails to ${recipient}`)
    return await outbox.countSince(db, kind, { recipient }, now() - hour) >= most
  }

  return {
    /** Where somebody asks for a new password. */
    resetUrl: issuer + pages['reset password'],

    /** Tells somebody what has been done to their account. What strangers can cause is told three times an hour. */
    async tell (db: Writer, user: User, kind: string, letterOf: (about: About) => Letter, { byStranger = false } = {}) {
      if (user.email === null) return
      const isLimited = byStranger || !isTheirs(user, user.email)
      if (isLimited && await isFull(db, kind, user.email, limits.notices)) return
      await post(db, kind, user, user.email, letterOf(addressed(user)), now() + 72 * hour)
    },

    /** A link and a code, to a user whose row the transaction holds; not too often, whoever asks for it. */
    async sendProof (db: Writer, user: User, purpose: Purpose, email: string, letterOf: (about: About & { proof: Proof }) => Letter) {
      const mails = await outbox.countSince(db, purpose, { userId: user.id }, now() - hour)
      if (mails >= limits.links) return
      if (!isTheirs(user, email) && await isFull(db, purpose, email, limits.linksToUnverified)) return

      const issued = await codes.issue(db, { userId: user.id, purpose, email, mayRepeat: mails < limits.beforeRepeat })
      if (issued === undefined) return
      const { token, ...proof } = issued
      const url = `${issuer}${pages[purpose]}#${token}`
      await post(db, purpose, user, email, letterOf({ ...addressed(user), proof: { ...proof, url } }), proof.expiresAt)
    },

    /** What was mailed to a user for this, or for anything, is void, and is not sent if it still waits. */
    async voidProofs (db: Writer, userId: string, ...purposes: Purpose[]) {
      const all: Purpose[] = purposes.length === 0 ? ['reset password', 'verify email'] : purposes
      for (const purpose of all) await codes.remove(db, userId, purpose)
      await outbox.withdraw(db, userId, all)
    },
  }
}

/** `ada+news@example.com` is mostly a mailbox of `ada@example.com` (RFC 5233): for counting, it is that. */
function withoutTag (address: string) {
  return address.replace(/\+[^@]*(?=@)/, '')
}
