import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import type { Answer } from './client.ts'
import type { Account, Journal } from './journal.ts'
import { queryPostgres } from '../query-postgres.ts'

/** How long the service may take to answer a request after a fault, in which requests are repeated. */
const recoveryMs = 5_000

const concurrency = 8

/**
 * Asks the service for everything that was acknowledged, and whether changes without an answer were made completely or
 * not at all.
 * @param urls the URLs of the instances, which take turns
 * @param slack multiplies the time within which the service must answer
 * @returns what was lost, in words
 */
export async function checkAccounts(
  journal: Journal,
  urls: string[],
  slack: number,
  accounts: Account[] = journal.accounts,
): Promise<string[]> {
  const lost: string[] = []
  const waiting = [...accounts]
  let turn = 0
  const nextUrl = () => urls[turn++ % urls.length] ?? ''

  /** Repeats a request until it is answered. */
  async function insist(request: () => Promise<Answer | undefined>): Promise<Answer> {
    const begin = performance.now()
    for (;;) {
      const answer = await request()
      if (answer !== undefined) return answer
      if (performance.now() - begin > recoveryMs * slack) {
        const wrong = journal.violations.at(-1) ?? journal.troubles.at(-1)?.outcome
        throw new Error(`A request of the check failed for ${(recoveryMs * slack) / 1000} s: ${wrong}`)
      }
      await sleep(50)
    }
  }

  const checkNext = async () => {
    for (let account = waiting.pop(); account !== undefined; account = waiting.pop()) {
      lost.push(...(await checkAccount(journal, account, nextUrl, insist)))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, checkNext))
  return lost
}

async function checkAccount(
  journal: Journal,
  account: Account,
  nextUrl: () => string,
  insist: (request: () => Promise<Answer | undefined>) => Promise<Answer>,
): Promise<string[]> {
  const { pending, username, password, name } = account
  const sessions = [...account.sessions]
  const lost: string[] = []
  const loses = (what: string) => lost.push(`${username}: ${what}`)

  const signIn = (tried: string) => insist(() => journal.signIn(account, nextUrl(), tried, [200, 401]))
  const isAccepted = async (tried: string) => (await signIn(tried)).status === 200

  const hasOldPassword = await isAccepted(password)
  const hasNewPassword = pending?.kind === 'change password' && (await isAccepted(pending.next))
  if (pending?.kind === 'change password' && hasNewPassword) {
    if (hasOldPassword) loses('both passwords are accepted')
    account.password = pending.next
    journal.endSessions(account, sessions)
  } else if (!hasOldPassword) {
    if (pending?.kind !== 'register') loses('the password is rejected')
    // The registration was not stored at all, so it can be repeated.
    else await insist(() => journal.register(account, nextUrl()))
    return lost
  }

  const [latest] = account.sessions.slice(-1)
  if (latest !== undefined) {
    const { body } = await insist(() => journal.read(account, latest, nextUrl()))
    const mayBeNew = pending?.kind === 'change name' && body.name === pending.next
    if (body.name !== name && !mayBeNew) loses(`the name is ${body.name} instead of ${name}`)
    account.name = typeof body.name === 'string' ? body.name : null
  }

  for (const session of sessions) {
    const { status } = await insist(() => journal.refresh(account, session, nextUrl(), [200, 400]))
    const mayHaveEnded = hasNewPassword || (pending?.kind === 'sign out' && pending.session === session)
    if (status === 400 && !mayHaveEnded) loses('a session has ended')
    if (status === 200 && hasNewPassword) loses('a session outlived the password')
    if (status === 400 && !hasNewPassword) journal.endSessions(account, [session])
  }
  for (const refreshToken of account.endedTokens.slice(-3)) {
    const ended = { id: '', accessToken: '', refreshToken, refreshes: { acknowledged: 0, unanswered: 0 } }
    const { status } = await insist(() => journal.refresh(account, ended, nextUrl(), [200, 400]))
    if (status !== 400) loses('a session that was ended continues')
  }
  return lost
}

/**
 * Compares the rows of the database with the journal: whatever was done has exactly one event, and every refresh has
 * advanced its session once. So it finds changes that were made twice, or only in part.
 */
export async function checkCounts({ accounts }: Journal, url: string): Promise<string[]> {
  const [events, sessions] = await readRows(url, [
    'select u.username as name, e.event as event, count(*) as count from events e join users u on u.id = e.user_id ' +
      'group by u.username, e.event',
    "select id as name, 'refreshes' as event, generation as count from sessions",
  ])
  const found = new Map([...(events ?? []), ...(sessions ?? [])].map((row) => [`${row.name} ${row.event}`, +row.count]))
  return accounts.flatMap(({ username, counts, sessions }) =>
    [
      ...Object.entries(counts).map(([event, count]) => ({ key: `${username} ${event}`, count })),
      ...sessions.map(({ id, refreshes }) => ({ key: `${id} refreshes`, count: refreshes })),
    ].flatMap(({ key, count: { acknowledged, unanswered } }) => {
      const count = found.get(key) ?? 0
      const isRight = count >= acknowledged && count <= acknowledged + unanswered
      return isRight ? [] : [`${key}: ${count} in the database, ${acknowledged} acknowledged, ${unanswered} unanswered`]
    }),
  )
}

/**
 * Waits until PostgreSQL has finished the statements of clients that were killed. It may commit a transaction after the
 * client has gone, which is neither lost nor done in part.
 */
export async function whenSettled(url: string, withinMs: number): Promise<void> {
  if (!url.startsWith('postgres')) return
  const begin = performance.now()
  const busy =
    "select 1 from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and " +
    "state <> 'idle' and pid <> pg_backend_pid()"
  while ((await queryPostgres(url, busy)).length > 0) {
    if (performance.now() - begin > withinMs) throw new Error('PostgreSQL was still busy after the fault.')
    await sleep(20)
  }
}

interface CountRow {
  name: string
  event: string
  count: number | string
}

/** Reads rows, and of SQLite also whether the file is intact. */
async function readRows(url: string, queries: string[]): Promise<CountRow[][]> {
  if (url.startsWith('postgres')) {
    return Promise.all(queries.map((text) => queryPostgres<CountRow>(url, text)))
  }
  const database = new BetterSqlite(url.slice('file:'.length), { readonly: true })
  try {
    const state = database.pragma('integrity_check', { simple: true })
    if (state !== 'ok') throw new Error(`The database is damaged: ${String(state)}`)
    return queries.map((text) => database.prepare<[], CountRow>(text).all())
  } finally {
    database.close()
  }
}
