import { v7 as uuidv7 } from 'uuid'
import { fromService, type Origin } from '../audit/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { columnsOf, type MailRequestRow, type Store, type UserRow, type Writer } from '../store/index.ts'
import { usernameOf } from '../users/index.ts'
import type { Purpose } from './mailed-tokens.ts'

/** Sends the requested message if the account exists. */
type AnswerRequest = (db: Writer, request: MailRequest) => Promise<void>

/** The account of a request: a username or e-mail address as typed by the caller, or the account itself. */
export type RequestedAccount = { name: string } | { userId: string; username: string | null }

export type MailRequest = RequestedAccount & {
  origin: Origin
  /** The URL that the last page links to. The operator has to list it. */
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

/** Requests that could not be processed expire. A new user may not know that they can request the message again. */
const maxAgeMs: Record<Purpose, number> = { reset_password: hour, verify_email: 24 * hour }

export type MailRequests = ReturnType<typeof createMailRequests>

/**
 * Requests for messages, by unauthenticated callers. A request is stored first and processed later, by any instance, so
 * that the response takes the same time for every name and no request is lost.
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
      // Another instance has processed it, it was encrypted with another master key, or it has expired.
      if (numDeletedRows === 0n || text === undefined || createdAt <= now() - maxAgeMs[purpose]) return
      await answers[purpose](db, fromText(text))
    })
  }

  async function add(db: Writer, purpose: Purpose, request: MailRequest) {
    const time = now()
    const id = uuidv7({ msecs: time })
    const sealed = masterKey.seal(sealPurpose, id, toText(request))
    await store.defer(db, db.insertInto('mail_requests').values({ id, purpose, sealed, created_at: time }))
  }

  return {
    add,

    /** Requests the verification e-mail for an account. */
    verifyEmail: (
      db: Writer,
      user: Pick<UserRow, 'id' | 'username'>,
      context: Pick<MailRequest, 'origin' | 'redirectTo'>,
    ) => add(db, 'verify_email', { userId: user.id, username: usernameOf(user), ...context }),

    /**
     * Processes the stored requests, until `stopping` is aborted. A request that fails is retried until it expires, and
     * delays no other.
     */
    async answer(answers: Record<Purpose, AnswerRequest>, stopping: AbortSignal): Promise<void> {
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
      } while (requests.length === maxBatchSize && !stopping.aborted)
      if (failure !== undefined) throw failure.reason
    },
  }
}

/** A request as it is stored. */
interface StoredRequest {
  /** Comes first: previous versions read only the name, and an empty one finds no account. */
  name: string
  userId?: string
  origin: Omit<Origin, 'wait'>
  redirectTo?: string | undefined
}

function toText({ origin, redirectTo, ...account }: MailRequest): string {
  const stored = 'name' in account ? account : { name: account.username ?? '', userId: account.userId }
  const { wait: _wait, ...storedOrigin } = origin
  return JSON.stringify({ ...stored, origin: storedOrigin, redirectTo } satisfies StoredRequest)
}

function fromText(text: string): MailRequest {
  // Previous versions stored only the name.
  if (!text.startsWith('{"name":')) return { name: text, origin: fromService }
  const { name, userId, ...context }: StoredRequest = JSON.parse(text)
  return userId === undefined ? { name, ...context } : { userId, username: name || null, ...context }
}
