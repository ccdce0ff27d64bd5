import { isInvalidToken } from './invalid-token.ts'
import { createRefresher } from './refresh.ts'
import { createSignIn } from './sign-in.ts'
import { createStepUp } from './step-up.ts'
import type { SharedStorage, TokenStorage } from './tab-copies.ts'
import { createTabSession } from './tab-session.ts'
import { revoke } from './token-endpoint.ts'

export interface SessionOptions {
  /** The token endpoint (RFC 6749 3.2), absolute. */
  tokenUrl: string
  /** The revocation endpoint (RFC 7009). Without it, signing out only forgets the tokens. */
  revocationUrl?: string | undefined
  /** Origins besides the token endpoint's that `fetch` sends the access token to. */
  origins?: string[]
  /** Where the refresh token is kept, such as `sessionStorage`; by default in memory. */
  storage?: TokenStorage
  /**
   * Shared by all tabs, such as `localStorage`. Needed with `sessionStorage`, which a duplicated tab copies; no token
   * is written there.
   */
  generations?: SharedStorage
  /** The key in `storage`, and the name of the lock and the channel between tabs. */
  key?: string
  fetch?: typeof globalThis.fetch
  /** Milliseconds since 1970. */
  now?: () => number
  /** Milliseconds to wait before each further attempt of a refresh without a response. */
  retryDelaysMs?: number[]
  /** Milliseconds that another tab has to answer. */
  answerMs?: number
}

export type Session = ReturnType<typeof createSession>

/** A session of a user: signs in, refreshes before the access token expires, once for all calls and tabs, signs out. */
export function createSession({
  tokenUrl,
  revocationUrl,
  origins = [],
  storage,
  generations,
  key = 'latchkey.session',
  fetch = (...request) => globalThis.fetch(...request),
  now = Date.now,
  retryDelaysMs = [250, 1000, 3000],
  answerMs = 2000,
}: SessionOptions) {
  const tab = createTabSession({ storage, generations, key, now, answerMs })
  const { clearWaiting, ...refresher } = createRefresher(tab, {
    tokenUrl,
    key,
    fetch,
    now,
    retryDelaysMs,
  })
  const trusted = new Set([new URL(tokenUrl).origin, ...origins])

  /**
   * Calls an API with the access token, and once more with a new one if it answers that the token is invalid. The 401
   * `insufficient_user_authentication` (RFC 9470) is returned: `reauthenticate` helps, a refresh does not.
   */
  async function fetchWithToken(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    if (!trusted.has(new URL(request.url).origin)) return fetch(request)
    const token = await refresher.getAccessToken()
    if (token === undefined) return fetch(request)
    const response = await fetch(withToken(request, token))
    if (!isInvalidToken(request.method, response.status, response.headers.get('www-authenticate'))) return response
    const replacement = await refresher.replaceAccessToken(token).catch(() => undefined)
    return replacement === undefined ? response : fetch(withToken(request, replacement))
  }

  return {
    /** Whether a user is signed in, and who. */
    getState: tab.getState,
    subscribe: tab.subscribe,

    ...createSignIn(tab, { tokenUrl, fetch, clearWaiting }),
    ...createStepUp(tab, { tokenUrl, fetch: fetchWithToken }),
    ...refresher,

    fetch: fetchWithToken,

    /**
     * Revokes the session and forgets it, here and in all tabs.
     * @returns whether the server confirmed it; otherwise the session goes on there until it expires
     */
    async signOut(): Promise<boolean> {
      const token = tab.read()?.refreshToken ?? tab.getAccess()?.value
      const credentials = tab.getCredentials()
      tab.end('signed-out')
      if (revocationUrl === undefined || token === undefined) return false
      try {
        await revoke(fetch, revocationUrl, token, credentials)
        return true
      } catch {
        if (tab.read() === undefined) tab.forget('unconfirmed')
        return false
      }
    },

    /** Stops listening to other tabs. */
    close: tab.close,
  }
}

function withToken(request: Request, token: string) {
  const copy = request.clone()
  copy.headers.set('authorization', `Bearer ${token}`)
  return copy
}
