import { fold } from '../lib/fold.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import { type Brand, contentOf, type Letter } from './layout.ts'
import type { Outbox } from './outbox.ts'
import type { About } from './templates.ts'

interface Mac {
  mac: (purpose: string, ...parts: Buffer[]) => Buffer
}

interface Dependencies {
  store: Store
  outbox: Outbox
  masterKey: Mac
  brand: Brand
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Whom a mail is about. */
export interface Addressee extends Pick<UserRow, 'id' | 'username' | 'email'> {
  email_verified: boolean | 0 | 1
}

/** How many mails of a kind an address gets, in so many milliseconds. */
export interface Limit {
  most: number
  within: number
}

const hour = 60 * 60 * 1000

/** What strangers can cause. */
export const byStrangers: Limit = { most: 3, within: hour }

/** What may go on for a long time. */
export const onceADay: Limit = { most: 1, within: 24 * hour }

/** Milliseconds for which it is of use to be told of something. */
const worth = 72 * hour

export type Notices = ReturnType<typeof createNotices>

/** Tells users by mail what has been done to their account: within the transaction of what it is about. */
export function createNotices({ store, outbox, masterKey, brand, now }: Dependencies) {
  const recipientHashOf = (address: string) =>
    masterKey.mac('mail recipients', Buffer.from(withoutTag(fold(address)))).toString('base64url')

  async function post(
    db: Writer,
    kind: string,
    user: { id: string | null; username: string },
    to: string,
    letterOf: (about: About) => Letter,
    expiresAt: number,
  ) {
    const letter = letterOf({ username: user.username, product: brand.name })
    await outbox.post(db, {
      kind,
      userId: user.id,
      to,
      recipientHash: recipientHashOf(to),
      content: contentOf(letter, brand),
      expiresAt,
    })
  }

  /**
   * Whether an address has had enough. Those who mail to it wait for each other, or together they would be too many.
   * @param ownerId whose it is known to be: what comes of accounts that others make with it does not count, or
   * strangers could use up what its owner is to be told
   */
  async function isFull(db: Writer, kind: string, address: string, { most, within }: Limit, ownerId?: string) {
    const recipientHash = recipientHashOf(address)
    await store.lockName(db, `mails to ${recipientHash}`)
    return (
      (await outbox.countSince(
        db,
        kind,
        ownerId === undefined ? { recipientHash } : { userId: ownerId },
        now() - within,
      )) >= most
    )
  }

  return {
    /** @param user without an id where there is no account */
    post,
    isFull,

    /** What waits of a kind for an address is not sent any more; within a transaction. */
    withdraw: (db: Writer, kind: string, address: string) =>
      outbox.withdraw(db, { recipientHash: recipientHashOf(address) }, [kind]),

    /**
     * @param limit none for what takes the password, unless the address may be somebody else's
     * @returns whether there was an address, and it had not had enough
     */
    async tell(
      db: Writer,
      user: Addressee,
      kind: string,
      letterOf: (about: About) => Letter,
      limit = isVerified(user) ? undefined : byStrangers,
    ): Promise<boolean> {
      if (user.email === null) return false
      if (limit !== undefined && (await isFull(db, kind, user.email, limit, isVerified(user) ? user.id : undefined))) {
        return false
      }
      await post(db, kind, user, user.email, letterOf, now() + worth)
      return true
    },
  }
}

/** Whether the address is known to be theirs. */
export function isVerified({ email_verified: isVerified }: Addressee): boolean {
  return isVerified === true || isVerified === 1
}

/** `ada+news@example.com` is mostly a mailbox of `ada@example.com` (RFC 5233): for counting, it is that. */
function withoutTag(address: string) {
  return address.replace(/\+[^@]*(?=@)/, '')
}
