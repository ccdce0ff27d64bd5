import { setTimeout as sleep } from 'node:timers/promises'
import type { Account, Journal } from './journal.ts'
import type { Random } from './random.ts'

interface LoadOptions {
  journal: Journal
  /** The URLs of the instances. */
  urls: string[]
  random: Random
  /** Clients at the same time, each with accounts of its own. */
  clients?: number
  /** Whether access tokens may be rejected because the clock has moved. */
  mayExpire?: boolean
}

/** How long a client waits after a request without an answer. */
const pauseMs = 200

/** What clients do, and how often in relation to each other. */
const actions = { 'sign in': 5, refresh: 8, read: 6, 'change name': 2, 'change password': 2, 'sign out': 2 }
const deck = Object.entries(actions).flatMap(([action, times]) => Array<string>(times).fill(action))

/** With more, an account could reach the limits for its sessions and events. */
const maxActionsPerAccount = 40

/**
 * Starts clients that register, sign in, refresh, read and change their accounts, and sign out. A client whose request
 * had no answer leaves that account as it is and continues with a new one.
 */
export function startLoad({ journal, urls, random, clients = 8, mayExpire = false }: LoadOptions) {
  const end = new AbortController()
  const expected = mayExpire ? [200, 401] : [200]

  async function act(account: Account, action: string) {
    const url = random.pick(urls)
    if (action === 'sign in' || account.sessions.length === 0) return journal.signIn(account, url)
    const session = random.pick(account.sessions)
    if (action === 'refresh') return journal.refresh(account, session, url)
    if (action === 'change name') return journal.changeName(account, session, url, expected)
    if (action === 'change password') return journal.changePassword(account, session, url, expected)
    if (action === 'sign out') return journal.signOut(account, session, url)
    const answer = await journal.read(account, session, url, expected)
    if (answer?.status === 200 && answer.body.name !== account.name) {
      journal.violations.push(`read: the name is ${answer.body.name}, but ${account.name} was acknowledged`)
    }
    return answer
  }

  async function beClient() {
    while (!end.signal.aborted) {
      const account = journal.addAccount()
      let answer = await journal.register(account, random.pick(urls))
      for (let left = maxActionsPerAccount; left > 0 && answer !== undefined && !end.signal.aborted; left--) {
        answer = await act(account, random.pick(deck))
        // The access token has expired for the service. A client then refreshes.
        if (answer?.status === 401) answer = await act(account, 'refresh')
      }
      if (answer === undefined) await sleep(pauseMs)
    }
  }

  const ended = Promise.all(Array.from({ length: clients }, beClient))
  return {
    /** Waits until the requests that have begun are answered. */
    async stop() {
      end.abort()
      await ended
    },
  }
}
