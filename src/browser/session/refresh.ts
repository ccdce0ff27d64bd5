import { OAuthError, UnreachableError } from './errors.ts'
import { retry } from './retry.ts'
import type { StoredSession } from './tab-copies.ts'
import type { TabSession } from './tab-session.ts'
import { asTokenResponse, postForm } from './token-endpoint.ts'
import { withLock } from './with-lock.ts'

interface Options {
  tokenUrl: string
  /** The name of the lock that tabs take in turns. */
  key: string
  fetch: typeof globalThis.fetch
  now: () => number
  retryDelaysMs: number[]
}

/** How long a server can be expected to repeat a lost response: to a known device, and to others. */
const patienceWithDeviceMs = 23 * 60 * 60 * 1000
const patienceWithoutDeviceMs = 9 * 60 * 1000

/** Refreshes the tokens of a session: before they expire, and once for all calls and tabs. */
export function createRefresher(tab: TabSession, { tokenUrl, key, fetch, now, retryDelaysMs }: Options) {
  let refreshing: Promise<void> | undefined
  /** Until when the server wants no requests (Retry-After). */
  let blockedUntil = 0
  /** Until when no refresh is tried unless a call needs it. */
  let quietUntil = 0
  let isUnreachable = false

  async function refresh(stale = tab.getAccess()?.value): Promise<void> {
    if (now() < blockedUntil) {
      const seconds = Math.ceil((blockedUntil - now()) / 1000)
      throw new UnreachableError(`The server asks to wait ${seconds} seconds.`, { retryAfter: seconds })
    }
    const generation = tab.read()?.generation
    refreshing ??= withLock(key, () => refreshUnderLock(stale, generation)).finally(() => {
      refreshing = undefined
    })
    await refreshing
  }

  async function refreshUnderLock(stale: string | undefined, generation: number | undefined) {
    const isFresh = () => tab.hasFreshToken() && tab.getAccess()?.value !== stale
    let stored = tab.read()
    if (stored === undefined || isFresh()) return
    const isSuperseded = tab.isSuperseded(stored)
    // While this tab waited for the lock, another one may have refreshed, and has the access token.
    if (isSuperseded || stored.generation !== generation) {
      const found = await tab.requestTokens(stored.id)
      stored = tab.read()
      if (stored === undefined) return
      if (isSuperseded && (!found || tab.isSuperseded(stored))) return tab.endCopy(stored)
      if (isFresh()) return
    }
    await send(stored)
  }

  /** Sends a refresh request and stores the response. */
  async function send(stored: StoredSession) {
    const { id, generation, refreshToken, deviceToken, pendingSince = now() } = stored
    const patienceMs = deviceToken === undefined ? patienceWithoutDeviceMs : patienceWithDeviceMs
    if (refreshToken === undefined || now() - pendingSince > patienceMs) return tab.end('expired')

    const pending = { ...stored, pendingSince }
    tab.startRefresh(pending)
    // The user may sign out in the meantime.
    const isCurrent = () => tab.read()?.id === id
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, device_token: deviceToken }
    const credentials = tab.getCredentials()
    try {
      const response = await retry(
        async () => asTokenResponse(await postForm(fetch, tokenUrl, form, credentials)),
        retryDelaysMs,
        isCurrent,
      )
      if (!isCurrent()) return
      clearWaiting()
      tab.accept(response, { ...stored, generation: generation + 1 })
    } catch (error) {
      if (!isCurrent()) return
      // A response of something else, such as a proxy, says nothing about the session.
      if (error instanceof OAuthError && error.error !== '' && error.error !== 'invalid_response') {
        return tab.end('ended')
      }
      const retryAfterMs = error instanceof UnreachableError ? (error.retryAfter ?? 0) * 1000 : 0
      blockedUntil = now() + retryAfterMs
      quietUntil = now() + Math.max(retryAfterMs, 30_000)
      isUnreachable = true
      tab.passOn(pending)
      throw error instanceof UnreachableError ? error : new UnreachableError(messageOf(error), { cause: error })
    } finally {
      tab.finishRefresh()
    }
  }

  /**
   * @returns an access token that is good for a while, or undefined if the user is not signed in
   * @throws {UnreachableError} if a new one is needed and the server does not answer
   */
  async function getAccessToken(): Promise<string | undefined> {
    if (tab.read() === undefined) return undefined
    if (!tab.hasFreshToken()) {
      const isUsable = tab.isUsable()
      try {
        if (!isUsable || now() >= quietUntil) await refresh()
      } catch (error) {
        if (!isUsable) throw error
      }
    }
    return tab.getAccess()?.value
  }

  /** Forgets how long to wait, which was said about a previous session or refresh. */
  function clearWaiting() {
    blockedUntil = 0
    quietUntil = 0
    isUnreachable = false
  }

  return {
    clearWaiting,
    getAccessToken,

    /** Whether it is time to refresh, but the last attempt failed. */
    isUnreachable: () => isUnreachable && !tab.hasFreshToken(),

    /** Refreshes if it is time to, for pages that keep their user signed in. Never fails. */
    async refreshIfDue(): Promise<void> {
      if (now() < quietUntil) return
      await getAccessToken().catch(() => {})
    },

    /**
     * Replaces an access token that the server rejected.
     * @returns another one, or undefined if the session has ended
     */
    async replaceAccessToken(rejected: string): Promise<string | undefined> {
      if (tab.getAccess()?.value === rejected) await refresh(rejected)
      const current = tab.getAccess()?.value
      return current === rejected ? undefined : current
    },
  }
}

function messageOf(error: unknown) {
  return error instanceof Error ? error.message : String(error)
}
