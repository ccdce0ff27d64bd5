import { OAuthError, UnreachableError } from './errors.ts'
import { type AccessToken, createTabChannel, type TabMessage } from './tab-channel.ts'
import {
  createGenerations,
  parseStoredSession,
  type SharedStorage,
  type StoredSession,
  type TokenStorage,
} from './tab-copies.ts'
import { asTokenResponse, postForm, type ClientCredentials, type TokenResponse } from './token-endpoint.ts'

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

/**
 * Why there is no session: the user `signed-out`; they did, but the server did not confirm it (`unconfirmed`); the
 * server or another tab `ended` it; its tokens `expired`; or another copy of this tab has the newer tokens
 * (`superseded`).
 */
export type EndReason = 'signed-out' | 'unconfirmed' | 'ended' | 'expired' | 'superseded'

export type SessionState =
  | { isSignedIn: false; reason?: EndReason }
  | {
      isSignedIn: true
      username?: string
      scopes: string[]
      /** Absent until the first refresh after the page was loaded. */
      accessToken?: string
      /** When the access token expires, in milliseconds since 1970. */
      expiresAt?: number
    }

export interface SignIn extends ClientCredentials {
  username: string
  password: string
  scope?: string | undefined
}

export type Session = ReturnType<typeof createSession>

/** How long a server can be expected to repeat a lost response: to a known device, and to others. */
const patienceWithDeviceMs = 23 * 60 * 60 * 1000
const patienceWithoutDeviceMs = 9 * 60 * 1000

/** A session of a user: signs in, refreshes before the access token expires, once for all calls and tabs, signs out. */
export function createSession({
  tokenUrl,
  revocationUrl,
  origins = [],
  storage: givenStorage,
  generations: shared,
  key = 'latchkey.session',
  fetch = (...request) => globalThis.fetch(...request),
  now = Date.now,
  retryDelaysMs = [250, 1000, 3000],
  answerMs = 2000,
}: SessionOptions) {
  const storage = givenStorage ?? createMemoryStorage()
  const generations = createGenerations(shared, key, now)
  const listeners = new Set<(state: SessionState) => void>()
  const trusted = new Set([new URL(tokenUrl).origin, ...origins])
  // Kept in memory alone; a reloaded page of a confidential client has to sign in again.
  let client: ClientCredentials = {}
  let access: AccessToken | undefined
  let reason: EndReason | undefined
  let refreshing: Promise<void> | undefined
  /** Whether a refresh was sent; one that waits for the lock was not. */
  let isSending = false

  /** Until when the server wants no requests (Retry-After). */
  let blockedUntil = 0
  /** Until when no refresh is tried unless a call needs it. */
  let quietUntil = 0

  // Other tabs cannot have what is in memory.
  const tabs = createTabChannel(givenStorage === undefined ? undefined : key, answerMs, receive)

  const read = () => parseStoredSession(storage.getItem(key))
  const write = (stored: StoredSession) => storage.setItem(key, JSON.stringify(stored))

  function getState(): SessionState {
    const stored = read()
    if (stored === undefined) return { isSignedIn: false, ...(reason === undefined ? {} : { reason }) }
    return {
      isSignedIn: true,
      scopes: stored.scope?.split(' ').filter((scope) => scope !== '') ?? [],
      ...(stored.username === undefined ? {} : { username: stored.username }),
      ...(access === undefined ? {} : { accessToken: access.value }),
      ...(access?.expiresAt === undefined ? {} : { expiresAt: access.expiresAt }),
    }
  }

  function notify() {
    const state = getState()
    for (const listener of listeners) listener(state)
  }

  function forget(why: EndReason) {
    storage.removeItem(key)
    access = undefined
    client = {}
    reason = why
    notify()
  }

  /** Ends the session here and, unless another copy goes on with it, in all tabs. */
  function end(why: EndReason) {
    const stored = read()
    if (stored !== undefined && why !== 'superseded') {
      generations.forget(stored)
      tabs.broadcast({ type: 'ended', id: stored.id })
    }
    forget(why)
  }

  function receive(message: TabMessage) {
    const stored = read()
    if (stored?.id !== message.id) return
    const isSuperseded = generations.isSuperseded(stored)
    if (message.type === 'request' && isSending) tabs.broadcast({ type: 'busy', id: stored.id })
    else if (message.type === 'request' && !isSuperseded && (shared !== undefined || hasFreshToken())) {
      tabs.broadcast({ type: 'tokens', id: stored.id, stored, access })
    }
    if (message.type === 'tokens' && !generations.isSuperseded(message.stored)) {
      if (isSuperseded || isNewer(message, stored)) adopt(message)
    }
    if (message.type === 'ended') forget('ended')
  }

  function isNewer({ stored, access: other }: TabMessage & { type: 'tokens' }, own: StoredSession) {
    return stored.generation > own.generation || (other?.expiresAt ?? 0) > (access?.expiresAt ?? 0)
  }

  function adopt(message: TabMessage & { type: 'tokens' }) {
    write(message.stored)
    access = message.access
    notify()
  }

  function accept(response: TokenResponse, stored: StoredSession) {
    const { access_token: value, expires_in: seconds, refresh_token, device_token, scope } = response
    const lifetimeMs = seconds === undefined ? undefined : seconds * 1000
    access = {
      value,
      ...(lifetimeMs === undefined
        ? {}
        : { expiresAt: now() + lifetimeMs, refreshAt: now() + lifetimeMs - Math.min(60_000, lifetimeMs / 5) }),
    }
    const { pendingSince: _, ...rest } = stored
    const next: StoredSession = {
      ...rest,
      ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
      ...(device_token === undefined ? {} : { deviceToken: device_token }),
      ...(scope === undefined ? {} : { scope }),
    }
    write(next)
    generations.record(next)
    reason = undefined
    quietUntil = 0
    tabs.broadcast({ type: 'tokens', id: next.id, stored: next, access })
    notify()
  }

  async function refreshUnderLock(stale: string | undefined, generation: number | undefined) {
    const isFresh = () => access !== undefined && access.value !== stale && !isDue(access)
    let stored = read()
    if (stored === undefined || isFresh()) return
    const isSuperseded = generations.isSuperseded(stored)
    // While this tab waited for the lock, another one may have refreshed, and has the access token.
    if (isSuperseded || stored.generation !== generation) {
      const found = await tabs.request(stored.id)
      stored = read()
      if (stored === undefined) return
      if (isSuperseded && (!found || generations.isSuperseded(stored))) {
        return end(generations.hasEnded(stored) ? 'ended' : 'superseded')
      }
      if (isFresh()) return
    }
    await send(stored)
  }

  /** Sends a refresh request and stores the response. */
  async function send(stored: StoredSession) {
    const { id, generation, refreshToken, deviceToken, pendingSince = now() } = stored
    const patienceMs = deviceToken === undefined ? patienceWithoutDeviceMs : patienceWithDeviceMs
    if (refreshToken === undefined || now() - pendingSince > patienceMs) return end('expired')

    // A response that gets lost may be asked for again, by the copies that know of it.
    const pending = { ...stored, pendingSince }
    write(pending)
    generations.record(pending)
    // The user may sign out in the meantime.
    const isCurrent = () => read()?.id === id
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, device_token: deviceToken }
    isSending = true
    try {
      const credentials = { clientId: stored.clientId, ...client }
      const response = await retry(
        async () => asTokenResponse(await postForm(fetch, tokenUrl, form, credentials)),
        isCurrent,
      )
      if (isCurrent()) accept(response, { ...stored, generation: generation + 1 })
    } catch (error) {
      if (!isCurrent()) return
      // A response of something else, such as a proxy, says nothing about the session.
      if (error instanceof OAuthError && error.error !== '' && error.error !== 'invalid_response') return end('ended')
      const retryAfterMs = error instanceof UnreachableError ? (error.retryAfter ?? 0) * 1000 : 0
      blockedUntil = now() + retryAfterMs
      quietUntil = now() + Math.max(retryAfterMs, 30_000)
      // A copy that waits for the answer tries itself.
      tabs.broadcast({ type: 'tokens', id, stored: pending, access })
      throw error instanceof UnreachableError ? error : new UnreachableError(messageOf(error), { cause: error })
    } finally {
      isSending = false
    }
  }

  /** Repeats a request without a response, or with a failure of the server: it repeats its answer. */
  async function retry<T>(request: () => Promise<T>, isCurrent: () => boolean): Promise<T> {
    for (const delayMs of retryDelaysMs) {
      try {
        return await request()
      } catch (error) {
        const { cause } = error instanceof UnreachableError ? error : { cause: error }
        if (cause instanceof OAuthError && cause.status < 500) throw error
        await new Promise((resolve) => setTimeout(resolve, delayMs))
        if (!isCurrent()) throw error
      }
    }
    return await request()
  }

  async function refresh(stale = access?.value): Promise<void> {
    if (now() < blockedUntil) {
      const seconds = Math.ceil((blockedUntil - now()) / 1000)
      throw new UnreachableError(`The server asks to wait ${seconds} seconds.`, { retryAfter: seconds })
    }
    const generation = read()?.generation
    refreshing ??= withLock(key, () => refreshUnderLock(stale, generation)).finally(() => {
      refreshing = undefined
    })
    await refreshing
  }

  const hasFreshToken = () => access !== undefined && !isDue(access)
  const isDue = ({ refreshAt }: AccessToken) => refreshAt !== undefined && now() >= refreshAt
  const isExpired = ({ expiresAt }: AccessToken) => expiresAt !== undefined && now() >= expiresAt

  /**
   * @returns an access token that is good for a while, or undefined if the user is not signed in
   * @throws {UnreachableError} if a new one is needed and the server does not answer
   */
  async function getAccessToken(): Promise<string | undefined> {
    if (read() === undefined) return undefined
    if (access === undefined || isDue(access)) {
      const isUsable = access !== undefined && !isExpired(access)
      try {
        if (!isUsable || now() >= quietUntil) await refresh()
      } catch (error) {
        if (!isUsable) throw error
      }
    }
    return access?.value
  }

  /** Refreshes if it is time to, for pages that keep their user signed in. Never fails. */
  async function refreshIfDue(): Promise<void> {
    if (now() < quietUntil) return
    await getAccessToken().catch(() => {})
  }

  /**
   * Replaces an access token that the server rejected.
   * @returns another one, or undefined if the session has ended
   */
  async function replaceAccessToken(rejected: string): Promise<string | undefined> {
    if (access?.value === rejected) await refresh(rejected)
    return access?.value === rejected ? undefined : access?.value
  }

  return {
    /** Whether a user is signed in, and who. */
    getState,

    /** @returns a function that ends the subscription */
    subscribe(listener: (state: SessionState) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    /**
     * Signs in with the password grant (RFC 6749 4.3).
     * @throws {OAuthError} if the server rejects it
     * @throws {UnreachableError} if the server does not answer
     */
    async signIn({ username, password, scope, ...credentials }: SignIn) {
      const previous = read()
      const body = await postForm(
        fetch,
        tokenUrl,
        { grant_type: 'password', username, password, scope: scope || undefined, device_token: previous?.deviceToken },
        credentials,
      )
      const response = asTokenResponse(body)
      if (previous !== undefined) generations.forget(previous)
      client = credentials
      const { clientId } = credentials
      accept(response, {
        id: createId(),
        generation: 0,
        username,
        ...(scope ? { scope } : {}),
        ...(clientId ? { clientId } : {}),
      })
    },

    getAccessToken,
    refreshIfDue,
    replaceAccessToken,

    /** Calls an API with the access token, and once more with a new one if it answers that the token is invalid. */
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const request = new Request(input, init)
      if (!trusted.has(new URL(request.url).origin)) return fetch(request)
      const token = await getAccessToken()
      if (token === undefined) return fetch(request)
      const response = await fetch(withToken(request, token))
      if (!isInvalidToken(request.method, response.status, response.headers.get('www-authenticate'))) return response
      const replacement = await replaceAccessToken(token).catch(() => undefined)
      return replacement === undefined ? response : fetch(withToken(request, replacement))
    },

    /**
     * Revokes the session and forgets it, here and in all tabs.
     * @returns whether the server confirmed it; otherwise the session goes on there until it expires
     */
    async signOut(): Promise<boolean> {
      const stored = read()
      const token = stored?.refreshToken ?? access?.value
      const credentials = { clientId: stored?.clientId, ...client }
      end('signed-out')
      if (revocationUrl === undefined || token === undefined) return false
      try {
        await postForm(fetch, revocationUrl, { token }, credentials)
        return true
      } catch {
        if (read() === undefined) forget('unconfirmed')
        return false
      }
    },

    /** Stops listening to other tabs. */
    close() {
      tabs.close()
      listeners.clear()
    },
  }
}

/**
 * Whether a response says that the access token is invalid or has expired (RFC 6750 3.1). Not every service sends the
 * code, and across origins the header can be hidden; then only a request that is safe to repeat counts.
 */
export function isInvalidToken(method: string, status: number, challenge: string | null | undefined): boolean {
  if (status !== 401) return false
  if (challenge?.includes('error=')) return challenge.includes('invalid_token')
  return ['GET', 'HEAD'].includes(method.toUpperCase())
}

function messageOf(error: unknown) {
  return error instanceof Error ? error.message : String(error)
}

function withToken(request: Request, token: string) {
  const copy = request.clone()
  copy.headers.set('authorization', `Bearer ${token}`)
  return copy
}

interface Locks {
  request(name: string, task: () => Promise<void>): Promise<void>
}

/** One tab at a time. Browsers have no locks on plain http, where the server's grace for repeated refreshes helps. */
async function withLock(name: string, task: () => Promise<void>): Promise<void> {
  const { navigator }: { navigator?: { locks?: Locks } } = globalThis as object
  const locks = navigator?.locks
  return locks === undefined ? await task() : await locks.request(name, task)
}

/** `crypto.randomUUID` does not exist on plain http. */
function createId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function createMemoryStorage(): TokenStorage {
  const values = new Map<string, string>()
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => {
      values.set(name, value)
    },
    removeItem: (name) => {
      values.delete(name)
    },
  }
}
