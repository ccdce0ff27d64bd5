import { v7 as uuidv7 } from 'uuid'
import { fromService, type Origin } from '../audit/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { columnsOf, type MailRequestRow, type Store, type UserRow, type Writer } from '../store/index.ts'
import type { Purpose } from './mailed-tokens.ts'

/** Mails what was requested, if there is such an account; within a transaction. */
type AnswerRequest = (db: Writer, request: MailRequest) => Promise<void>

export interface MailRequest {
  /** A username or e-mail address as typed, or the username of the account, which may be empty. */
  name: string
  /** The account, where it is known. Programs of a previous version read the name alone. */
  userId?: string | undefined
  origin: Origin
  /** The URL that the page at the end links to; one of those that the operator lists. */
  redirectTo?: string | undefined
}

interface Dependencies {
  store: Store
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

const sealPurpose = 'mail requests'

const maxBatchSize = 50

const hour = 60 * 60 * 1000

/** A user who waits for a reset asks again; a new user may not know that this is possible. */
const maxAgeMs: Record<Purpose, number> = { reset_password: hour, verify_email: 24 * hour }

export type MailRequests = ReturnType<typeof createMailRequests>

/**
 * Requests for mails, by callers who are not authenticated. A request is stored and answered afterwards, by any
 * instance: so the response takes the same time for every name, and no request is lost.
 */
export function createMailRequests({ store, masterKey, now }: Dependencies) {
  const findAny = store.prepare((db) => db.selectFrom('mail_requests').select('id').limit(1))

  function answerOne(
    { id, purpose, sealed, created_at: createdAt }: MailRequestRow,
    answers: Record<Purpose, AnswerRequest>,
  ) {
    return store.write(async (db) => {
      const { numDeletedRows } = await db.deleteFrom('mail_requests').where('id', '=', id).executeTakeFirstOrThrow()
      const text = masterKey.open(sealPurpose, id, sealed)
      // Another instance has answered it, it was sealed with another master key, or it has expired.
      if (numDeletedRows === 0n || text === undefined || createdAt <= now() - maxAgeMs[purpose]) return
      await answers[purpose](db, read(text))
    })
  }

  async function add(db: Writer, purpose: Purpose, { name, userId, origin, redirectTo }: MailRequest) {
    const time = now()
    const id = uuidv7({ msecs: time })
    const text = JSON.stringify({ name, userId, origin, redirectTo } satisfies MailRequest)
    await db
      .insertInto('mail_requests')
      .values({ id, purpose, sealed: masterKey.seal(sealPurpose, id, text), created_at: time })
      .execute()
  }

  return {
    add,

    /** Requests the mail that verifies the e-mail address of an account. */
    verifyEmail: (
      db: Writer,
      { id, username }: Pick<UserRow, 'id' | 'username'>,
      context: Pick<MailRequest, 'origin' | 'redirectTo'>,
    ) => add(db, 'verify_email', { name: username, userId: id, ...context }),

    /** Answers the stored requests. One that fails delays no other, and is retried until it expires. */
    async answer(answers: Record<Purpose, AnswerRequest>): Promise<void> {
      if ((await findAny(1)) === undefined) return
      let failure: PromiseRejectedResult | undefined
      let requests: MailRequestRow[] = []
      do {
        const last = requests.at(-1)?.id ?? ''
        requests = await store.read((db) =>
          db
            .selectFrom('mail_requests')
            .select(columnsOf.mail_requests)
            .where('id', '>', last)
            .orderBy('id')
            .limit(maxBatchSize)
            .execute(),
        )
        const outcomes = await Promise.allSettled(requests.map((request) => answerOne(request, answers)))
        failure ??= outcomes.find((outcome) => outcome.status === 'rejected')
      } while (requests.length === maxBatchSize)
      if (failure !== undefined) throw failure.reason
    },
  }
}

/** A previous version stored the name alone. */
function read(text: string): MailRequest {
  return text.startsWith('{"name":') ? JSON.parse(text) : { name: text, origin: fromService }
}
