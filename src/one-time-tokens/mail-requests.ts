import { v7 as uuidv7 } from 'uuid'
import { fromService, type Origin } from '../audit/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { MailRequestRow, Store, Writer } from '../store/index.ts'
import type { Purpose } from './tokens.ts'

/** What is to be mailed to whoever is meant, if there is anybody; within a transaction. */
export type Answer = (db: Writer, name: string, origin: Origin) => Promise<void>

/** What is sealed. */
interface Asked {
  name: string
  origin: Origin
}

interface Dependencies {
  store: Store
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

const sealPurpose = 'mail requests'

/** So many are looked into at once. */
const most = 50

const hour = 60 * 60 * 1000

/** Who has forgotten a password asks again; who has registered does not know that they could. */
const patience: Record<Purpose, number> = { reset_password: hour, verify_email: 24 * hour }

export type MailRequests = ReturnType<typeof createMailRequests>

/**
 * What people ask to be mailed who need not be known. It is written down and looked into afterwards,
 * by any instance: the answer to the request takes the same time for all, and nothing is lost.
 */
export function createMailRequests({ store, masterKey, now }: Dependencies) {
  const findAny = store.prepare((db) => db.selectFrom('mail_requests').select('id').limit(1))

  function answerOne({ id, purpose, sealed, created_at: createdAt }: MailRequestRow, answers: Record<Purpose, Answer>) {
    return store.write(async (db) => {
      const { numDeletedRows } = await db.deleteFrom('mail_requests').where('id', '=', id).executeTakeFirstOrThrow()
      const text = masterKey.open(sealPurpose, id, sealed)
      // Another instance was faster, it was sealed with another master key, or nobody waits for it any more.
      if (numDeletedRows === 0n || text === undefined || createdAt <= now() - patience[purpose]) return
      const { name, origin } = read(text)
      await answers[purpose](db, name, origin)
    })
  }

  return {
    /** @param name as it was typed */
    async add(db: Writer, purpose: Purpose, name: string, origin: Origin) {
      const time = now()
      const id = uuidv7({ msecs: time })
      const asked: Asked = { name, origin }
      await db
        .insertInto('mail_requests')
        .values({ id, purpose, sealed: masterKey.seal(sealPurpose, id, JSON.stringify(asked)), created_at: time })
        .execute()
    },

    /** Looks into what there is. One that fails holds up no other; it is tried again for as long as it is of use. */
    async answer(answers: Record<Purpose, Answer>): Promise<void> {
      if ((await findAny(1)) === undefined) return
      let failure: PromiseRejectedResult | undefined
      let requests: MailRequestRow[] = []
      do {
        const last = requests.at(-1)?.id ?? ''
        requests = await store.read((db) =>
          db.selectFrom('mail_requests').selectAll().where('id', '>', last).orderBy('id').limit(most).execute(),
        )
        const outcomes = await Promise.allSettled(requests.map((request) => answerOne(request, answers)))
        failure ??= outcomes.find((outcome) => outcome.status === 'rejected')
      } while (requests.length === most)
      if (failure !== undefined) throw failure.reason
    },
  }
}

/** What a former version wrote is the name alone. */
function read(text: string): Asked {
  return text.startsWith('{"name":') ? JSON.parse(text) : { name: text, origin: fromService }
}
