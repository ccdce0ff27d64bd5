import { v7 as uuidv7 } from 'uuid'
import { dayMs } from '../lib/time.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import { columnsOf, type OutboxRow, type Reader, type Store, type Writer } from '../store/index.ts'
import type { RenderedMessage } from './render-message.ts'
import { type SendMail, sendTimeoutMs } from './transport.ts'

/** Encrypts messages in the database, since they contain links. */
export interface Sealing {
  seal: (purpose: string, context: string, text: string) => string
  open: (purpose: string, context: string, sealed: string) => string | undefined
}

/** A failed attempt to deliver a message. */
export interface DeliveryFailure {
  id: string
  kind: string
  attempts: number
  isGivenUp: boolean
}

/** An attempt to deliver a message. */
export interface Delivery {
  kind: string
  outcome: 'sent' | 'failed' | 'abandoned'
  durationMs: number
}

interface Dependencies {
  store: Store
  masterKey: Sealing
  /** Milliseconds since the epoch. */
  now: () => number
  send: SendMail
  onFailure: (error: unknown, failure: DeliveryFailure) => void
  /** Called after each attempt. */
  onDelivery?: ((delivery: Delivery) => void) | undefined
}

export interface NewMail {
  /** The kind, or a `namedKind`, by which the message can be cancelled. */
  kind: string
  /** The account that the message is about. */
  userId: string | null
  to: string
  /** A keyed hash of the address. Messages to an address are counted by it. */
  recipientHash: string
  content: RenderedMessage
  /** When the message stops being useful; milliseconds since the epoch. */
  expiresAt: number
  /** When to send it; milliseconds since the epoch. Default: now. */
  dueAt?: number | undefined
}

/** Selects messages by the account they are about, or by their recipient. */
type OutboxFilter = { userId: string } | { recipientHash: string }

// A label of the key derivation. Changing it would make stored messages unreadable.
const sealPurpose = 'mails'

/** Delays after each failed attempt. The last one repeats. */
const retryDelaysMs = [10, 30, 60, 300, 900, 3600, 4 * 3600].map((seconds) => seconds * 1000)

/** If the sender dies, another instance retries after this long. */
const leaseMs = 2 * 60 * 1000

const maxConcurrentDeliveries = 5

/** How long messages remain in the outbox, where they count towards limits. */
const retentionMs = dayMs

/**
 * The kind of a message with a name, such as `invitation:NAME`. Messages of one kind count towards the same limit,
 * whatever their names.
 */
export function namedKind(kind: string, name: string): string {
  return `${kind}:${name}`
}

/** The kind of a stored message without its name, which has a meaning only here. */
export function kindAlone(stored: string): string {
  return stored.replace(/:.*/, '')
}

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Stores each message in the transaction that causes it. Any instance then sends it, so no message is lost. If the
 * sender dies after sending a message but before recording that, the message is sent again with the same Message-ID.
 */
export function createOutbox({ store, masterKey, now, send, onFailure, onDelivery = () => {} }: Dependencies) {
  const findDue = store.prepare((db) => db.selectFrom('outbox').select('id').where('due_at', '<=', 0).limit(1))

  /** Leases the messages that are due. */
  function claim(): Promise<OutboxRow[]> {
    return store.write(async (db) => {
      const rows = await store
        .lock(
          db
            .selectFrom('outbox')
            .select(columnsOf.outbox)
            .where('due_at', '<=', now())
            .orderBy('due_at')
            .orderBy('id')
            .limit(maxConcurrentDeliveries),
        )
        .execute()
      for (const { id, attempts } of rows) {
        await db
          .updateTable('outbox')
          .set({ due_at: now() + leaseMs, attempts: attempts + 1 })
          .where('id', '=', id)
          .execute()
      }
      return rows
    })
  }

  async function deliver(mail: OutboxRow) {
    const { id } = mail
    const kind = kindAlone(mail.kind)
    const attempts = mail.attempts + 1
    const startedAt = performance.now()
    const report = (outcome: Delivery['outcome']) =>
      onDelivery({ kind, outcome, durationMs: performance.now() - startedAt })
    try {
      if (mail.expires_at <= now()) throw new UndeliverableError('The message expired before it could be sent.')
      await withTimeout(sendTimeoutMs, send(read(mail)))
    } catch (error) {
      const again = now() + (retryDelaysMs[attempts - 1] ?? retryDelaysMs.at(-1) ?? 0)
      const isGivenUp = isPermanentFailure(error) || again >= mail.expires_at
      report(isGivenUp ? 'abandoned' : 'failed')
      onFailure(error, { id, kind, attempts, isGivenUp })
      await change(id, isGivenUp ? { sealed: null, due_at: null } : { due_at: again })
      return
    }
    report('sent')
    await change(id, { sealed: null, due_at: null, sent_at: now() })
  }

  function read({ id, sealed, created_at: createdAt }: OutboxRow) {
    const text = sealed === null ? undefined : masterKey.open(sealPurpose, id, sealed)
    if (text === undefined) throw new UndeliverableError('The message was encrypted with another MASTER_KEY.')
    const message: RenderedMessage & { to: string } = JSON.parse(text)
    return { ...message, id, date: new Date(createdAt) }
  }

  /** Updates a message, unless it was cancelled during the attempt. */
  async function change(id: string, columns: Partial<OutboxRow>) {
    await store.write((db) =>
      db.updateTable('outbox').set(columns).where('id', '=', id).where('sealed', 'is not', null).execute(),
    )
  }

  return {
    /** Adds a message, in the transaction that causes it. @returns its id */
    async enqueue(
      db: Writer,
      { kind, userId, to, recipientHash, content, expiresAt, dueAt }: NewMail,
    ): Promise<string> {
      const time = now()
      const id = uuidv7({ msecs: time })
      const sealed = masterKey.seal(sealPurpose, id, JSON.stringify({ ...content, to }))
      await db
        .insertInto('outbox')
        .values({
          id,
          kind,
          user_id: userId,
          recipient_hash: recipientHash,
          sealed,
          created_at: time,
          due_at: dueAt ?? time,
          expires_at: expiresAt,
          attempts: 0,
          sent_at: null,
        })
        .execute()
      return id
    },

    /** Cancels a message that has not been sent. */
    async cancelOne(db: Writer, id: string): Promise<void> {
      await db
        .updateTable('outbox')
        .set({ sealed: null, due_at: null })
        .where('id', '=', id)
        .where('due_at', 'is not', null)
        .execute()
    },

    /** Cancels pending messages of these kinds. */
    async cancel(db: Writer, about: OutboxFilter, kinds: string[]) {
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

    /**
     * Counts the messages of a kind, with any name, since a time in milliseconds since the epoch. Those that were
     * cancelled before the first attempt to send them do not count.
     */
    async countSince(db: Reader, kind: string, about: OutboxFilter, since: number): Promise<number> {
      const mails = db
        .selectFrom('outbox')
        .select((count) => count.fn.countAll().as('n'))
        .where((row) => row.or([row('kind', '=', kind), row('kind', 'like', `${kind}:%`)]))
        .where('created_at', '>', since)
        .where((row) => row.or([row('due_at', 'is not', null), row('attempts', '>', 0)]))
      const { n } = await (
        'userId' in about
          ? mails.where('user_id', '=', about.userId)
          : mails.where('recipient_hash', '=', about.recipientHash)
      ).executeTakeFirstOrThrow()
      return Number(n)
    },

    /** Sends all messages that are due. After `stopping` is aborted, it only completes those that it is sending. */
    async deliver(stopping: AbortSignal): Promise<void> {
      while (!stopping.aborted && (await findDue(now(), 1)) !== undefined) {
        const outcomes = await Promise.allSettled((await claim()).map(deliver))
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
      }
    },

    /**
     * Deletes messages that were sent, given up or cancelled, a day after they were created.
     * @param maxRows the maximum number of rows to delete
     * @returns the number of deleted rows
     */
    async deleteExpired(maxRows: number): Promise<number> {
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
              .where('created_at', '<=', now() - retentionMs)
              .limit(maxRows),
          )
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

class UndeliverableError extends Error {}

/**
 * Whether the enhanced status code (RFC 3463 3.2) says that the address does not exist: no such mailbox, invalid
 * address, mailbox moved, or domain without mail. Any other rejection may be caused by our settings or a policy of the
 * relay, which can be corrected.
 */
function isPermanentFailure(error: unknown) {
  if (error instanceof UndeliverableError) return true
  if (!(error instanceof Error && 'response' in error && 'command' in error)) return false
  return error.command === 'RCPT TO' && /^5\d\d[ -]5\.1\.(1|3|6|10)\b/.test(String(error.response))
}
