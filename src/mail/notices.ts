import { dayMs, hourMs } from '../lib/time.ts'
import { fold } from '../lib/fold.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { MailDetails, MailKind } from './kinds.ts'
import type { MailRenderer, MailSubject } from './mail-renderer.ts'
import { namedKind, type Outbox } from './outbox.ts'

interface Mac {
  mac: (purpose: string, ...parts: Buffer[]) => Buffer
}

interface Dependencies {
  store: Store
  outbox: Outbox
  masterKey: Mac
  renderer: MailRenderer
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The user that a message is about. */
export interface Addressee extends Pick<UserRow, 'id' | 'email'> {
  /** Null or empty if the account has none. */
  username: string | null
  email_verified: boolean | 0 | 1
}

/** A message of one kind. */
export interface NewNotice<Kind extends MailKind> {
  about: MailSubject
  to: string
  details: MailDetails[Kind]
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** The kind under which the outbox counts and cancels the message; by default its own. */
  outboxKind?: string
  /** When to send the message; milliseconds since the epoch. Default: now. */
  dueAt?: number | undefined
}

/** Limits the messages of one kind to one address within a time window. */
export interface MailLimit {
  maxMessages: number
  windowMs: number
}

/** How a notice is sent. */
export interface NoticeOptions {
  /** Default: no limit for a verified address, since most changes require the password. */
  limit?: MailLimit | undefined
  /** The time in which the message can still be cancelled, and the name by which `cancelDelayed` finds it. */
  delayed?: { ms: number; name: string } | undefined
}

/** Limits messages that an attacker can trigger. */
export const hourlyMailLimit: MailLimit = { maxMessages: 3, windowMs: hourMs }

/** Limits messages about something that can last for days, such as an attack. */
export const dailyMailLimit: MailLimit = { maxMessages: 1, windowMs: dayMs }

// A notice that arrives later than this would confuse more than help.
const noticeLifetimeMs = 72 * hourMs

export type Notices = ReturnType<typeof createNotices>

/** Notifies users by e-mail of changes to their account, in the transaction of the change. */
export function createNotices({ store, outbox, masterKey, renderer, now }: Dependencies) {
  const recipientHashOf = (address: string) =>
    masterKey.mac('mail recipients', Buffer.from(withoutTag(fold(address)))).toString('base64url')

  /** The name is hashed, because it can contain an IP address. */
  const delayedKindOf = (kind: MailKind, userId: string, name: string) =>
    namedKind(kind, masterKey.mac('mail names', Buffer.from(`${userId} ${name}`)).toString('base64url'))

  async function enqueue<Kind extends MailKind>(
    db: Writer,
    kind: Kind,
    { about, to, details, expiresAt, outboxKind = kind, dueAt }: NewNotice<Kind>,
  ): Promise<string> {
    return outbox.enqueue(db, {
      kind: outboxKind,
      userId: about.id,
      to,
      recipientHash: recipientHashOf(to),
      content: renderer.render(kind, about, details),
      expiresAt,
      dueAt,
    })
  }

  /**
   * Whether an address has received as many messages as the limit allows. Transactions that send to the same address
   * wait for each other, since together they could exceed the limit.
   * @param ownerId the user who has verified the address. Messages about other accounts that claim it then do not
   * count, so that an attacker cannot use up the owner's limit.
   */
  async function isLimitReached(
    db: Writer,
    kind: string,
    address: string,
    { maxMessages, windowMs }: MailLimit,
    ownerId?: string,
  ) {
    const recipientHash = recipientHashOf(address)
    await store.lockName(db, `mails to ${recipientHash}`)
    const owner = ownerId === undefined ? { recipientHash } : { userId: ownerId }
    return (await outbox.countSince(db, kind, owner, now() - windowMs)) >= maxMessages
  }

  return {
    /** Adds a message to the outbox. */
    enqueue,

    isLimitReached,

    /** Cancels a message that has not been sent, wherever its cause is settled. This requires its id. */
    cancelOne: outbox.cancelOne,

    /** Cancels the pending messages of a kind about a user that have this name, for a caller without their ids. */
    cancelDelayed: (db: Writer, kind: MailKind, userId: string, name: string) =>
      outbox.cancel(db, { userId }, [delayedKindOf(kind, userId, name)]),

    /** Cancels pending messages of a kind to an address. */
    cancel: (db: Writer, kind: string, address: string) =>
      outbox.cancel(db, { recipientHash: recipientHashOf(address) }, [kind]),

    /**
     * Notifies a user, unless they have no address or the limit is reached.
     * @returns the id of the message; undefined if none will be sent
     */
    async notify<Kind extends MailKind>(
      db: Writer,
      user: Addressee,
      kind: Kind,
      details: MailDetails[Kind],
      { limit = isVerified(user) ? undefined : hourlyMailLimit, delayed }: NoticeOptions = {},
    ): Promise<string | undefined> {
      if (user.email === null) return undefined
      if (
        limit !== undefined &&
        (await isLimitReached(db, kind, user.email, limit, isVerified(user) ? user.id : undefined))
      ) {
        return undefined
      }
      const name = isVerified(user) ? user.username || undefined : undefined
      const about = { id: user.id, name }
      const times = { dueAt: now() + (delayed?.ms ?? 0), expiresAt: now() + noticeLifetimeMs }
      const outboxKind = delayed === undefined ? kind : delayedKindOf(kind, user.id, delayed.name)
      return enqueue(db, kind, { about, to: user.email, details, outboxKind, ...times })
    },
  }
}

/** Whether the user has verified their e-mail address. */
export function isVerified({ email_verified: isVerified }: Addressee): boolean {
  return isVerified === true || isVerified === 1
}

/** Counts `ada+news@example.com` as `ada@example.com`, whose mailbox it usually is (RFC 5233). */
function withoutTag(address: string) {
  return address.replace(/\+[^@]*(?=@)/, '')
}
