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

/** Hourly limits, so that an attacker cannot flood a mailbox. */
const limits = {
  /** Messages with a link for one account. */
  linksPerAccount: 3,
  /** A valid link is sent again only after fewer messages than this. */
  messagesBeforeLastRepeat: 2,
  /** Messages with a link to one address, over all accounts that claim it. */
  linksToUnverified: { maxMessages: 10, windowMs: hour },
}

export type AccountMail = ReturnType<typeof createAccountMail>

/** Messages about an account. Each is stored in the transaction that causes it. */
export function createAccountMail({ mail: { outbox, notices, links }, mailedTokens, now }: Dependencies) {
  const pages: Record<Purpose, string> = { reset_password: links.resetPassword, verify_email: links.verifyEmail }
  const isVerifiedBy = (user: Addressee, address: string) =>
    isVerified(user) && user.email !== null && isSameMailbox(user.email, address)

  return {
    /** The URL of the page where users request a password reset. */
    resetUrl: links.resetPassword,

    notify: notices.notify,

    /**
     * Sends a link and a code to a user, unless a limit is reached. The transaction must have locked the user's row.
     * @param redirectTo the URL that the last page links to
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
      if (mails >= limits.linksPerAccount) return
      if (!isVerifiedBy(user, email) && (await notices.isLimitReached(db, purpose, email, limits.linksToUnverified))) {
        return
      }

      const issued = await mailedTokens.issue(db, {
        userId: user.id,
        purpose,
        email,
        redirectTo,
        mayRepeat: mails < limits.messagesBeforeLastRepeat,
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

    /** Revokes a user's links and codes for these purposes, by default for all, and cancels pending messages. */
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
