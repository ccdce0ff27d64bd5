import { v7 as uuidv7 } from 'uuid'
import { within } from '../lib/timeout.ts'
import type { OutboxRow, Reader, Store, Writer } from '../store/index.ts'
import type { Content } from './layout.ts'
import { longestTry, type SendMail } from './transport.ts'

/** What is kept in the database can be read with the master key only: mails hold links. */
export interface Seal {
  seal: (purpose: string, context: string, text: string) => string
  open: (purpose: string, context: string, sealed: string) => string | undefined
}

/** A mail that could not be handed over. */
export interface Trouble {
  id: string
  kind: string
  attempts: number
  isGivenUp: boolean
}

interface Dependencies {
  store: Store
  seal: Seal
  /** Milliseconds since the epoch. */
  now: () => number
  send: SendMail
  onTrouble: (error: unknown, trouble: Trouble) => void
}

export interface NewMail {
  kind: string
  /** Whose account it is about. */
  userId: string | null
  to: string
  /** What stands for the address. */
  recipientHash: string
  content: Content
  /** When it is of no use any more. */
  expiresAt: number
}

/** An account, or what stands for an address. */
type About = { userId: string } | { recipientHash: string }

const purpose = 'mails'

/** Milliseconds until it is tried again, after each try; then always the last. */
const pauses = [10, 30, 60, 300, 900, 3600, 4 * 3600].map((seconds) => seconds * 1000)

/** So long may a try take; whoever dies meanwhile leaves the mail to others. */
const lease = 2 * 60 * 1000

/** So many at once. */
const most = 5

/** So long it is known that there was a mail. */
const memory = 24 * 60 * 60 * 1000

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Mails are written down in the transaction of what causes them, and sent afterwards by any
 * instance. None is lost; one is sent twice if its sender dies between sending it and writing that
 * down, under the same Message-ID.
 */
export function createOutbox({ store, seal, now, send, onTrouble }: Dependencies) {
  const end = new AbortController()
  const findDue = store.prepare((db) => db.selectFrom('outbox').select('id').where('due_at', '<=', 0).limit(1))

  /** Takes what is due for as long as a try may take. */
  function claim(): Promise<OutboxRow[]> {
    return store.write(async (db) => {
      const rows = await store
        .lock(
          db.selectFrom('outbox').selectAll().where('due_at', '<=', now()).orderBy('due_at').orderBy('id').limit(most),
        )
        .execute()
      for (const { id, attempts } of rows) {
        await db
          .updateTable('outbox')
          .set({ due_at: now() + lease, attempts: attempts + 1 })
          .where('id', '=', id)
          .execute()
      }
      return rows
    })
  }

  async function deliver(mail: OutboxRow) {
    const { id, kind } = mail
    const attempts = mail.attempts + 1
    try {
      if (mail.expires_at <= now()) throw new HopelessError('It could not be sent while it was of use.')
      await within(longestTry, send(read(mail)))
    } catch (error) {
      const again = now() + (pauses[attempts - 1] ?? pauses.at(-1) ?? 0)
      const isGivenUp = isHopeless(error) || again >= mail.expires_at
      onTrouble(error, { id, kind, attempts, isGivenUp })
      await change(id, isGivenUp ? { sealed: null, due_at: null } : { due_at: again })
      return
    }
    await change(id, { sealed: null, due_at: null, sent_at: now() })
  }

  function read({ id, sealed, created_at: createdAt }: OutboxRow) {
    const text = sealed === null ? undefined : seal.open(purpose, id, sealed)
    if (text === undefined) throw new HopelessError('The mail was sealed with another MASTER_KEY.')
    const message: Content & { to: string } = JSON.parse(text)
    return { ...message, id, date: new Date(createdAt) }
  }

  /** One that was withdrawn while it was tried is done with. */
  async function change(id: string, columns: Partial<OutboxRow>) {
    await store.write((db) =>
      db.updateTable('outbox').set(columns).where('id', '=', id).where('sealed', 'is not', null).execute(),
    )
  }

  return {
    /** Within the transaction of what causes it. */
    async post(db: Writer, { kind, userId, to, recipientHash, content, expiresAt }: NewMail) {
      const time = now()
      const id = uuidv7({ msecs: time })
      const sealed = seal.seal(purpose, id, JSON.stringify({ ...content, to }))
      await db
        .insertInto('outbox')
        .values({
          id,
          kind,
          user_id: userId,
          recipient_hash: recipientHash,
          sealed,
          created_at: time,
          due_at: time,
          expires_at: expiresAt,
          attempts: 0,
          sent_at: null,
        })
        .execute()
    },

    /** What waits of these kinds about an account, or for an address, is not sent any more; within a transaction. */
    async withdraw(db: Writer, about: About, kinds: string[]) {
      const mails = db
        .updateTable('outbox')
        .set({ sealed: null, due_at: null })
        .where('kind', 'in', kinds)
        .where('due_at', 'is not', null)
      await (
        'userId' in about
          ? mails.where('user_id', '=', about.userId)
          : mails.where('recipient_hash', '=', about.recipientHash)
      ).execute()
    },

    /** How many of a kind were posted about an account, or to an address, since then. */
    async countSince(db: Reader, kind: string, about: About, since: number): Promise<number> {
      const mails = db
        .selectFrom('outbox')
        .select((count) => count.fn.countAll().as('n'))
        .where('kind', '=', kind)
        .where('created_at', '>', since)
      const { n } = await (
        'userId' in about
          ? mails.where('user_id', '=', about.userId)
          : mails.where('recipient_hash', '=', about.recipientHash)
      ).executeTakeFirstOrThrow()
      return Number(n)
    },

    /** Sends what is due. */
    async deliver(): Promise<void> {
      while (!end.signal.aborted && (await findDue(now(), 1)) !== undefined) {
        const outcomes = await Promise.allSettled((await claim()).map(deliver))
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
      }
    },

    /** At the end: what is being sent is the last. */
    stop: () => end.abort(),

    /** Forgets what was written a day ago and is done with. @param most how many at once. @returns how many there were */
    async removeOld(most: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('outbox')
          .where(
            'id',
            'in',
            db
              .selectFrom('outbox')
              .select('id')
              .where('due_at', 'is', null)
              .where('created_at', '<=', now() - memory)
              .limit(most),
          )
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

class HopelessError extends Error {}

/**
 * The recipient's server will never take it (RFC 5321 4.2.1). Other refusals may be a fault of our
 * own settings, which is mended: so may that of a recipient for want of authentication (RFC 4954 6)
 * or by a policy (RFC 3463 3.8).
 */
function isHopeless(error: unknown) {
  if (error instanceof HopelessError) return true
  if (!(error instanceof Error && 'response' in error && 'command' in error)) return false
  const response = String(error.response)
  return error.command === 'RCPT TO' && response.startsWith('5') && !/^5(30\b|\d\d[ -]5\.7\.)/.test(response)
}
