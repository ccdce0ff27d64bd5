import { setTimeout } from 'node:timers/promises'
import { type Audit, fromCommand } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { TotpSecrets } from '../factors/index.ts'
import type { Reader, Store } from '../store/index.ts'
import { accountNameOf, noUsername, retiredNameOf, usernameOf } from '../users/index.ts'
import { createLineIndex } from './line-index.ts'
import { type ImportedAccount, type ImportedUser, readRecord, type RecordContext } from './user-records.ts'

interface Dependencies {
  store: Store
  audit: Audit
  /** Called when the file contains the first secret of an authenticator app, since only those need the master key. */
  openTotpSecrets: () => Promise<TotpSecrets>
  /** Milliseconds since the epoch. */
  now: () => number
  /** Whether to check the lines without importing them. */
  isDryRun: boolean
  usernames: RecordContext['usernames']
  firebase?: RecordContext['firebase']
}

export interface Line {
  number: number
  /** The record, or a sentence that says what is wrong with the line. */
  content: Readonly<Record<string, unknown>> | string
}

export type Outcome = 'imported' | 'already there' | 'refused'

/** The outcome of a line. In a dry run, the outcome that it would have. */
export interface Verdict {
  line: number
  outcome: Outcome
  /** The username as stored, or the e-mail address of an account without one; left out if it could not be read. */
  username?: string
  /** Why the line is refused. Contains no value of the line. */
  reason?: string
  /** The number of authenticator apps imported with the account. */
  factors?: number
  /** The number of second factors that the user had and the file does not contain. */
  missingFactors?: number
}

/** A line whose record has been checked by itself. */
interface ParsedLine {
  line: number
  /** The account, or a sentence that says what is wrong with the line. */
  account: ImportedAccount | string
  /** Whether the record has an id, which identifies it if it has no username. */
  hasId: boolean
}

/** The values of a batch that already exist in the database. */
interface TakenValues {
  usernames: Set<string>
  ids: Set<string>
  emails: Set<string | null>
  /** The values of accounts without a username. */
  sole: { ids: Set<string>; verifiedEmails: Set<string | null>; emails: Set<string | null> }
  retired: Set<string>
}

/** For a batch while the database is unavailable. Attempts start a second apart and take up to two seconds each. */
const maxAttempts = 15

/**
 * Imports the accounts of a file in batches of lines. Existing accounts stay unchanged, so that an interrupted import
 * can be run again. The start, together with the first accounts, and the end are recorded in the audit log.
 */
export function createImporter({ store, audit, openTotpSecrets, now, isDryRun, usernames, firebase }: Dependencies) {
  const lines = createLineIndex()
  const counts: Record<Outcome, number> = { imported: 0, 'already there': 0, refused: 0 }
  let importedFactors = 0
  let totpSecrets: TotpSecrets | undefined

  async function decide(db: Reader, parsedLines: ParsedLine[]): Promise<Verdict[]> {
    lines.begin()
    const taken = await findTaken(
      db,
      accountsOf(parsedLines).map(({ user }) => user),
    )
    return parsedLines.map(({ line, account, hasId }) => {
      if (typeof account === 'string') return { line, outcome: 'refused', reason: account }
      const { user, missingFactors } = account
      const username = accountNameOf(user)
      const { field, value, found } = identifierOf(user, hasId, taken)
      const exists = found.has(value)
      const reason =
        duplicate(field, lines.find(`identifying ${field}`, value)) ??
        (field === 'email' ? verifiedAbove(user) : undefined) ??
        (exists ? undefined : objectionTo(user, taken))
      if (reason !== undefined) return { line, outcome: 'refused', username, reason }
      lines.add(`identifying ${field}`, value, line)
      if (exists) return { line, outcome: 'already there', username }
      lines.add('id', user.id, line)
      if (user.email_verified === 1) lines.add('email', user.email_fold ?? '', line)
      return {
        line,
        outcome: 'imported',
        username,
        ...(user.second_factors === 0 ? {} : { factors: user.second_factors }),
        ...(missingFactors === 0 ? {} : { missingFactors }),
      }
    })
  }

  /** Looks at the lines, not the database, so that the result does not depend on batches or a dry run. */
  function verifiedAbove({ email_fold: email }: ImportedUser) {
    return duplicate('verified email', lines.find('email', email ?? ''))
  }

  function objectionTo(user: ImportedUser, taken: TakenValues): string | undefined {
    const { id, username_fold: name, email_fold: email, email_verified: isVerified } = user
    const username = usernameOf(user)
    if (taken.retired.has(retiredNameOf(name))) {
      return username === null
        ? 'The account with this id was deleted and cannot be imported again.'
        : 'An account with this username was deleted. The username cannot be used again.'
    }
    const same = duplicate('id', lines.find('id', id))
    if (same !== undefined || taken.ids.has(id)) return same ?? 'Another account has this id.'
    // An account without a username signs in with its address, so no other account may have verified it.
    if (isVerified === 0 && username !== null) return undefined
    return verifiedAbove(user) ?? (taken.emails.has(email) ? 'Another account has verified this email.' : undefined)
  }

  async function write(parsedLines: ParsedLine[]): Promise<Verdict[]> {
    return store.write(async (db) => {
      // No index prevents two imports from inserting the same unverified addresses.
      await store.lockName(db, 'users import')
      const verdicts = await decide(db, parsedLines)
      const accounts = accountsOf(parsedLines.filter((_line, index) => verdicts[index]?.outcome === 'imported'))
      const rows = accounts.map(({ user }) => user)
      if (rows.length === 0) return verdicts
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('users')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows !== BigInt(rows.length)) throw new ConcurrentInsert()
      await totpSecrets?.add(
        db,
        accounts.map(({ user, totpSecrets: secrets }) => ({ userId: user.id, secrets })),
      )
      if (counts.imported === 0) {
        await audit.record(db, { event: 'users_imported', origin: fromCommand, details: { stage: 'started' } })
      }
      return verdicts
    })
  }

  async function writeWithRetries(parsedLines: ParsedLine[]): Promise<Verdict[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await write(parsedLines)
      } catch (error) {
        const isUnavailable = error instanceof ApiError && error.code === 'temporarily_unavailable'
        if (attempt === maxAttempts || !(isUnavailable || error instanceof ConcurrentInsert)) throw error
        if (isUnavailable) await setTimeout(1000)
      }
    }
  }

  return {
    /**
     * Imports a batch of lines in one transaction, in their order.
     * @throws {ApiError} 503 if the database stays unavailable; then no line of the batch is imported
     * @throws {StartError} if the batch needs the master key and it cannot be opened
     */
    async take(batch: Line[]): Promise<Verdict[]> {
      const parsedLines = batch.map((line) => parseLine(line, { now: now(), usernames, firebase }))
      if (!isDryRun && accountsOf(parsedLines).some((account) => account.totpSecrets.length > 0)) {
        totpSecrets ??= await openTotpSecrets()
      }
      const began = performance.now()
      const verdicts = isDryRun
        ? await store.read((db) => decide(db, parsedLines))
        : await writeWithRetries(parsedLines)
      lines.commit()
      for (const { outcome, factors = 0 } of verdicts) {
        counts[outcome]++
        importedFactors += factors
      }
      // Leaves the write lock to a running service for as long as the import held it.
      if (!isDryRun && store.hasSingleWriter) await setTimeout(performance.now() - began)
      return verdicts
    },

    /** Records the counts, unless no account was imported. @param isComplete whether the whole file has been read */
    async end(isComplete: boolean): Promise<void> {
      const { imported, 'already there': there, refused } = counts
      if (isDryRun || imported === 0) return
      await audit.report({
        event: 'users_imported',
        origin: fromCommand,
        details: {
          stage: 'ended',
          imported,
          already_there: there,
          refused,
          second_factors: importedFactors,
          complete: isComplete,
        },
      })
    },

    close: () => lines.close(),
  }
}

/** An account with the same name, id or address was inserted after the check of the batch. A retry finds it. */
class ConcurrentInsert extends Error {}

function parseLine({ number, content }: Line, context: RecordContext): ParsedLine {
  if (typeof content === 'string') return { line: number, account: content, hasId: false }
  const hasId = Boolean(content.id)
  try {
    return { line: number, account: readRecord(content, context), hasId }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { line: number, account: error.message, hasId }
  }
}

function accountsOf(parsedLines: ParsedLine[]): ImportedAccount[] {
  return parsedLines.map(({ account }) => account).filter((account) => typeof account !== 'string')
}

/**
 * Selects the field that identifies a record, and its values in existing accounts. Anyone can claim an address, so an
 * account with an unverified address does not count as the same as a verified record or a record with an id.
 */
function identifierOf(user: ImportedUser, hasId: boolean, { usernames, sole }: TakenValues) {
  const { id, username_fold: name, email_fold: email, email_verified: isVerified } = user
  if (usernameOf(user) !== null) return { field: 'username', value: name, found: usernames }
  if (hasId) return { field: 'id', value: id, found: sole.ids }
  return {
    field: isVerified === 1 ? 'verified email' : 'email',
    value: email ?? '',
    found: isVerified === 1 ? sole.verifiedEmails : sole.emails,
  }
}

function duplicate(what: string, line: number | undefined): string | undefined {
  return line === undefined ? undefined : `Line ${line} has the same ${what}.`
}

async function findTaken(db: Reader, users: ImportedUser[]): Promise<TakenValues> {
  const names = users.map((user) => user.username_fold)
  const claimed = users
    .filter((user) => user.email_verified === 1 || usernameOf(user) === null)
    .map((user) => user.email_fold)
  // Queried before the retired names, so that a user who is deleted in between is found there.
  const found =
    names.length === 0
      ? []
      : await db
          .selectFrom('users')
          .select(['id', 'username', 'username_fold', 'email_fold', 'email_verified'])
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
                : [
                    row.and([
                      row('email_fold', 'in', claimed),
                      row.or([row('email_verified', '=', 1), row('username', '=', noUsername)]),
                    ]),
                  ]),
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
  const sole = found.filter((user) => usernameOf(user) === null)
  return {
    usernames: new Set(found.map((user) => user.username_fold)),
    ids: new Set(found.map(({ id }) => id)),
    emails: new Set(found.filter((user) => user.email_verified === 1).map((user) => user.email_fold)),
    sole: {
      ids: new Set(sole.map(({ id }) => id)),
      verifiedEmails: new Set(sole.filter((user) => user.email_verified === 1).map((user) => user.email_fold)),
      emails: new Set(sole.map((user) => user.email_fold)),
    },
    retired: new Set(retired.map((row) => row.name_hash)),
  }
}
