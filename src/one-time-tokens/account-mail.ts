import { type Addressee, isVerified, type MailService } from '../mail/index.ts'
import type { Writer } from '../store/index.ts'
import { isSameMailbox } from '../users/index.ts'
import type { MailedTokens, Purpose } from './mailed-tokens.ts'

interface Dependencies {
  mail: MailService
  mailedTokens: MailedTokens
  /** Milliseconds since the epoch. */
  now: () => number
}

const hour = 60 * 60 * 1000

/** Mails in an hour, so that no mailbox is flooded. */
const limits = {
  /** Links about one account. */
  links: 3,
  /** A link that was sent already is repeated only if fewer mails than this were sent. */
  mailsBeforeRepeat: 2,
  /** Links to one address from all accounts that have not verified it. */
  linksToUnverified: { maxMessages: 10, windowMs: hour },
}

export type AccountMail = ReturnType<typeof createAccountMail>

/** Mails about an account, each within the transaction of its cause. */
export function createAccountMail({ mail: { outbox, notices, links }, mailedTokens, now }: Dependencies) {
  const pages: Record<Purpose, string> = { reset_password: links.resetPassword, verify_email: links.verifyEmail }
  const isVerifiedBy = (user: Addressee, address: string) =>
    isVerified(user) && user.email !== null && isSameMailbox(user.email, address)

  return {
    /** The page for a new password. */
    resetUrl: links.resetPassword,

    notify: notices.notify,

    /**
     * Mails a link and a code to a user whose row the transaction locks, within the limits.
     * @param redirectTo the URL that the page at the end links to
     */
    async sendToken(
      db: Writer,
      user: Addressee,
      purpose: Purpose,
      email: string,
      kind: 'verify_email' | 'reset_password' | 'reset_started',
      redirectTo?: string,
    ) {
      const mails = await outbox.countSince(db, purpose, { userId: user.id }, now() - hour)
      if (mails >= limits.links) return
      if (!isVerifiedBy(user, email) && (await notices.isLimitReached(db, purpose, email, limits.linksToUnverified))) {
        return
      }

      const issued = await mailedTokens.issue(db, {
        userId: user.id,
        purpose,
        email,
        redirectTo,
        mayRepeat: mails < limits.mailsBeforeRepeat,
      })
      if (issued === undefined) return
      const { token, code, expiresAt, codeExpiresAt } = issued
      await notices.enqueue(db, kind, {
        about: { id: user.id, name: isVerifiedBy(user, email) ? user.username || undefined : undefined },
        to: email,
        details: {
          link: `${pages[purpose]}#${token}`,
          code: spaced(code),
          linkExpiresAt: new Date(expiresAt),
          codeExpiresAt: new Date(codeExpiresAt),
        },
        expiresAt,
        outboxKind: purpose,
      })
    },

    /** Invalidates what was mailed to a user for these purposes, or for any, and withdraws mails that wait. */
    async revokeTokens(db: Writer, userId: string, ...purposes: Purpose[]) {
      const all: Purpose[] = purposes.length === 0 ? ['reset_password', 'verify_email'] : purposes
      for (const purpose of all) await mailedTokens.remove(db, userId, purpose)
      await outbox.cancel(db, { userId }, all)
    },
  }
}

/** `12345678` -> `1234 5678`. */
function spaced(code: string) {
  return code.replace(/(?<=^.{4})/, ' ')
}
