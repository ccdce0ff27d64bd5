import { setTimeout } from 'node:timers/promises'
import { ApiError } from '../errors/index.ts'
import type { Reader, Store } from '../store/index.ts'
import { retiredNameOf } from '../users/index.ts'
import { openSeen } from './line-index.ts'
import { type ImportedUser, readRecord } from './user-records.ts'

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
  /** Whether it is only to be said what would happen. */
  isDryRun: boolean
}

/** A line of a file: the record on it, or what is wrong with it as a sentence. */
export interface Line {
  number: number
  content: Readonly<Record<string, unknown>> | string
}

export type Outcome = 'imported' | 'already there' | 'refused'

/** What became of a line, or would become of it. */
export interface Verdict {
  line: number
  outcome: Outcome
  /** As it is kept, if it could be read. */
  username?: string
  /** Why it is refused; shows nothing of the line. */
  reason?: string
}

/** A line whose form has been judged. */
interface Reading {
  line: number
  user: ImportedUser | string
}

/** Names, ids and addresses that are taken. */
interface Standing {
  usernames: Set<string>
  ids: Set<string>
  emails: Set<string | null>
  retired: Set<string>
}

/** How often a database that is away or busy is asked again, a second apart; each try takes up to two. */
const patience = 15

export type Importing = ReturnType<typeof createImporting>

/**
 * Brings the accounts of a file into the database, some lines at a time. Who is there already is left
 * as they are, so that a file can be taken in again after an interruption.
 */
export function createImporting({ store, now, isDryRun }: Dependencies) {
  const seen = openSeen()

  async function decide(db: Reader, readings: Reading[]): Promise<Verdict[]> {
    seen.begin()
    const standing = await findStanding(db, usersOf(readings))
    return readings.map(({ line, user }) => {
      if (typeof user === 'string') return { line, outcome: 'refused', reason: user }
      const { username, username_fold: name } = user
      const isThere = standing.usernames.has(name)
      const reason =
        twice('username', seen.lineOf('username', name)) ?? (isThere ? undefined : objectionTo(user, standing))
      if (reason !== undefined) return { line, outcome: 'refused', username, reason }
      seen.note('username', name, line)
      if (isThere) return { line, outcome: 'already there', username }
      seen.note('id', user.id, line)
      if (user.email_verified === 1) seen.note('email', user.email_fold ?? '', line)
      return { line, outcome: 'imported', username }
    })
  }

  function objectionTo(
    { id, username_fold: name, email_fold: email, email_verified: isVerified }: ImportedUser,
    standing: Standing,
  ): string | undefined {
    if (standing.retired.has(retiredNameOf(name))) {
      return 'An account of that username was deleted, and nobody gets it again.'
    }
    const same = twice('id', seen.lineOf('id', id))
    if (same !== undefined || standing.ids.has(id)) return same ?? 'Another account has the id.'
    if (isVerified === 0) return undefined
    return (
      twice('email', seen.lineOf('email', email ?? ''), 'verified ') ??
      (standing.emails.has(email) ? 'Another account has the email verified.' : undefined)
    )
  }

  async function write(readings: Reading[]): Promise<Verdict[]> {
    return store.write(async (db) => {
      const verdicts = await decide(db, readings)
      const rows = usersOf(readings.filter((_reading, index) => verdicts[index]?.outcome === 'imported'))
      if (rows.length === 0) return verdicts
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('users')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows !== BigInt(rows.length)) throw new Overtaken()
      return verdicts
    })
  }

  async function writePatiently(readings: Reading[]): Promise<Verdict[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await write(readings)
      } catch (error) {
        const isAway = error instanceof ApiError && error.code === 'temporarily_unavailable'
        if (tries === patience || !(isAway || error instanceof Overtaken)) throw error
        if (isAway) await setTimeout(1000)
      }
    }
  }

  return {
    /**
     * Takes in some lines, in one transaction, and judges them in their order.
     * @throws {ApiError} 503 when the database stays away; then none of them has been taken in
     */
    async take(lines: Line[]): Promise<Verdict[]> {
      const readings = lines.map((line) => read(line, now()))
      const began = performance.now()
      const verdicts = isDryRun ? await store.read((db) => decide(db, readings)) : await writePatiently(readings)
      seen.keep()
      // A service beside it wants to write, too: the lock is free for as long as it was held.
      if (!isDryRun && store.hasSingleWriter) await setTimeout(performance.now() - began)
      return verdicts
    },

    close: () => seen.close(),
  }
}

/** Somebody else made an account of the same name, id or address after it was looked for; the next look sees it. */
class Overtaken extends Error {}

function read({ number, content }: Line, now: number): Reading {
  if (typeof content === 'string') return { line: number, user: content }
  try {
    return { line: number, user: readRecord(content, now) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { line: number, user: error.message }
  }
}

function usersOf(readings: Reading[]): ImportedUser[] {
  return readings.map(({ user }) => user).filter((user) => typeof user !== 'string')
}

function twice(what: string, line: number | undefined, how = ''): string | undefined {
  return line === undefined ? undefined : `The ${what} is ${how}on line ${line} already.`
}

async function findStanding(db: Reader, users: ImportedUser[]): Promise<Standing> {
  const names = users.map((user) => user.username_fold)
  const claimed = users.filter((user) => user.email_verified === 1).map((user) => user.email_fold)
  // Who is deleted between the two is among the retired.
  const found =
    names.length === 0
      ? []
      : await db
          .selectFrom('users')
          .select(['id', 'username_fold', 'email_fold', 'email_verified'])
          .where((row) =>
            row.or([
              row('username_fold', 'in', names),
              row(
                'id',
                'in',
                users.map(({ id }) => id),
              ),
              ...(claimed.length === 0
                ? []
                : [row.and([row('email_fold', 'in', claimed), row('email_verified', '=', 1)])]),
            ]),
          )
          .execute()
  const retired =
    names.length === 0
      ? []
      : await db
          .selectFrom('retired_usernames')
          .select('name_hash')
          .where('name_hash', 'in', names.map(retiredNameOf))
          .execute()
  return {
    usernames: new Set(found.map((user) => user.username_fold)),
    ids: new Set(found.map(({ id }) => id)),
    emails: new Set(found.filter((user) => user.email_verified === 1).map((user) => user.email_fold)),
    retired: new Set(retired.map((row) => row.name_hash)),
  }
}
