import { randomUUID } from 'node:crypto'
import { type Answer, type Request, send } from './client.ts'

/** How often something was done: answered with success, and without an answer, so that it may have been done or not. */
interface Count {
  acknowledged: number
  unanswered: number
}

export interface Session {
  /** The claim `sid`. */
  id: string
  accessToken: string
  refreshToken: string
  refreshes: Count
}

/** A change without an answer. An account has at most one, because the load then leaves it to the check. */
type Pending =
  | { kind: 'register' | 'sign in' | 'read' }
  | { kind: 'change name' | 'change password'; next: string }
  | { kind: 'refresh' | 'sign out'; session: Session }

/** An account as its client knows it: what was acknowledged, and what may have happened. */
export interface Account {
  username: string
  password: string
  name: string | null
  sessions: Session[]
  /** Refresh tokens of sessions whose end was acknowledged. */
  endedTokens: string[]
  pending: Pending | undefined
  /** The keys are events of the audit log. */
  counts: Record<CountedEvent, Count>
}

type CountedEvent = 'registered' | 'signed_in' | 'password_changed' | 'signed_out'

export type Journal = ReturnType<typeof createJournal>

/**
 * Sends the requests of clients and records what was acknowledged to them.
 * @param patienceMs after this long without a response, the service has hung
 */
export function createJournal(patienceMs: number) {
  const accounts: Account[] = []
  /** Responses that must never be sent, whatever fails. */
  const violations: string[] = []
  /** Requests without the answer that they would get in quiet times. */
  const troubles: Answer[] = []
  let [acknowledged, longestMs] = [0, 0]

  /**
   * Makes a request whose outcome is recorded.
   * @param expected the statuses that are answers; any other one is a violation
   * @returns the answer; undefined if it is unknown whether the request had an effect
   */
  async function attempt(
    account: Account,
    pending: Pending,
    count: Count | undefined,
    url: string,
    request: Request,
    expected = [200],
  ): Promise<Answer | undefined> {
    account.pending = pending
    const answer = await send(url, request, patienceMs)
    const { status, outcome } = answer
    longestMs = Math.max(longestMs, answer.endedAt - answer.startedAt)
    if (expected.includes(status)) {
      if (status < 300) {
        acknowledged++
        if (count !== undefined) count.acknowledged++
      }
      account.pending = undefined
      return answer
    }
    if (count !== undefined) count.unanswered++
    troubles.push(answer)
    if (outcome === 'answered') violations.push(`${pending.kind}: ${status} ${JSON.stringify(answer.body)}`)
    if (outcome === 'hung') violations.push(`${pending.kind}: no response within the patience of the client`)
    return undefined
  }

  function startSession(account: Account, { body }: Answer): Session {
    const accessToken = String(body.access_token)
    const session: Session = {
      id: sessionIdOf(accessToken),
      accessToken,
      refreshToken: String(body.refresh_token),
      refreshes: { acknowledged: 0, unanswered: 0 },
    }
    account.sessions.push(session)
    return session
  }

  function endSessions(account: Account, sessions: Session[]) {
    account.endedTokens.push(...sessions.map(({ refreshToken }) => refreshToken))
    account.sessions = account.sessions.filter((session) => !sessions.includes(session))
  }

  return {
    accounts,
    violations,
    troubles,
    summary: () => ({ acknowledged, longestSeconds: longestMs / 1000 }),
    startSession,
    endSessions,

    /** A person who has not registered yet. */
    addAccount(): Account {
      const account: Account = {
        username: `user-${randomUUID()}`,
        password: `password ${randomUUID()}`,
        name: null,
        sessions: [],
        endedTokens: [],
        pending: undefined,
        counts: { registered: none(), signed_in: none(), password_changed: none(), signed_out: none() },
      }
      accounts.push(account)
      return account
    },

    register(account: Account, url: string): Promise<Answer | undefined> {
      const { username, password } = account
      const request = { path: '/auth/users', json: { username, password } }
      return attempt(account, { kind: 'register' }, account.counts.registered, url, request, [201])
    },

    /** @param expected 401 as well, if the password may be another one */
    async signIn(account: Account, url: string, password = account.password, expected = [200]) {
      const request = { path: '/auth/token', form: { username: account.username, password } }
      const answer = await attempt(account, { kind: 'sign in' }, account.counts.signed_in, url, request, expected)
      if (answer?.status === 200) startSession(account, answer)
      return answer
    },

    /** @param expected 400 as well, if the session may have ended */
    async refresh(account: Account, session: Session, url: string, expected = [200]) {
      const request = {
        path: '/auth/token',
        form: { grant_type: 'refresh_token', refresh_token: session.refreshToken },
      }
      const answer = await attempt(account, { kind: 'refresh', session }, session.refreshes, url, request, expected)
      if (answer?.status !== 200) return answer
      session.accessToken = String(answer.body.access_token)
      session.refreshToken = String(answer.body.refresh_token)
      return answer
    },

    /** Reads the account; 401 as well, if the access token may have expired. */
    read(account: Account, { accessToken }: Session, url: string, expected = [200]) {
      const request = { method: 'GET', path: '/auth/users/me', token: accessToken }
      return attempt(account, { kind: 'read' }, undefined, url, request, expected)
    },

    async changeName(account: Account, { accessToken }: Session, url: string, expected = [200]) {
      const next = `Name ${randomUUID()}`
      const request = { method: 'PATCH', path: '/auth/users/me', json: { name: next }, token: accessToken }
      const answer = await attempt(account, { kind: 'change name', next }, undefined, url, request, expected)
      if (answer?.status === 200) account.name = next
      return answer
    },

    /** Changes the password. It ends all sessions and starts one. */
    async changePassword(account: Account, { accessToken }: Session, url: string, expected = [200]) {
      const next = `password ${randomUUID()}`
      const json = { current_password: account.password, new_password: next }
      const request = { path: '/auth/users/me/password', json, token: accessToken }
      const count = account.counts.password_changed
      const answer = await attempt(account, { kind: 'change password', next }, count, url, request, expected)
      if (answer?.status !== 200) return answer
      account.password = next
      endSessions(account, account.sessions)
      startSession(account, answer)
      return answer
    },

    async signOut(account: Account, session: Session, url: string) {
      const request = { path: '/auth/revoke', form: { token: session.refreshToken } }
      const count = account.counts.signed_out
      const answer = await attempt(account, { kind: 'sign out', session }, count, url, request)
      if (answer !== undefined) endSessions(account, [session])
      return answer
    },
  }
}

function none(): Count {
  return { acknowledged: 0, unanswered: 0 }
}

function sessionIdOf(accessToken: string): string {
  const [, payload = ''] = accessToken.split('.')
  const { sid }: { sid: string } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return sid
}
