import {
  type Addressee,
  isVerified,
  type LinkAndCode,
  type MailService,
  type Message,
  type MessageContext,
} from '../mail/index.ts'
import type { Writer } from '../store/index.ts'
import { isSameMailbox } from '../users/index.ts'
import type { Codes, Purpose } from './tokens.ts'

interface Dependencies {
  mail: MailService
  codes: Codes
  /** Milliseconds since the epoch. */
  now: () => number
}

const hour = 60 * 60 * 1000

/** Mails in an hour, so that nobody is flooded. */
const limits = {
  /** With a link, about one account. */
  links: 3,
  /** With a link that has been sent before: so many others at most go before it. */
  beforeRepeat: 2,
  /** With a link, to an address, from all accounts that have not verified it. */
  linksToUnverified: { maxMessages: 10, windowMs: hour },
}

export type Correspondence = ReturnType<typeof createCorrespondence>

/** What users are told by mail. All of it within the transaction of what it is about. */
export function createCorrespondence({ mail: { outbox, notices, links }, codes, now }: Dependencies) {
  const pages: Record<Purpose, string> = { reset_password: links.resetPassword, verify_email: links.verifyEmail }
  const isTheirs = (user: Addressee, address: string) =>
    isVerified(user) && user.email !== null && isSameMailbox(user.email, address)

  return {
    /** Where somebody asks for a new password. */
    resetUrl: links.resetPassword,

    notify: notices.notify,

    /** A link and a code, to a user whose row the transaction holds; not too often, whoever asks for it. */
    async sendProof(
      db: Writer,
      user: Addressee,
      purpose: Purpose,
      email: string,
      letterOf: (about: MessageContext & { proof: LinkAndCode }) => Message,
    ) {
      const mails = await outbox.countSince(db, purpose, { userId: user.id }, now() - hour)
      if (mails >= limits.links) return
      if (!isTheirs(user, email) && (await notices.isLimitReached(db, purpose, email, limits.linksToUnverified))) return

      const issued = await codes.issue(db, { userId: user.id, purpose, email, mayRepeat: mails < limits.beforeRepeat })
      if (issued === undefined) return
      const { token, ...proof } = issued
      const url = `${pages[purpose]}#${token}`
      await notices.enqueue(
        db,
        purpose,
        user,
        email,
        (about) => letterOf({ ...about, proof: { ...proof, url } }),
        proof.expiresAt,
      )
    },

    /** What was mailed to a user for this, or for anything, is void, and is not sent if it still waits. */
    async voidProofs(db: Writer, userId: string, ...purposes: Purpose[]) {
      const all: Purpose[] = purposes.length === 0 ? ['reset_password', 'verify_email'] : purposes
      for (const purpose of all) await codes.remove(db, userId, purpose)
      await outbox.cancel(db, { userId }, all)
    },
  }
}
