import { createMemoryStorage } from './memory-storage.ts'
import { receiveMessage } from './receive-message.ts'
import { type AccessToken, createTabChannel } from './tab-channel.ts'
import {
  createGenerations,
  parseStoredSession,
  type SharedStorage,
  type StoredSession,
  type TokenStorage,
} from './tab-copies.ts'
import type { ClientCredentials, TokenResponse } from './token-endpoint.ts'

/**
 * Why there is no session: the user `signed-out`, here or in another tab; they did here, but the server did not confirm
 * it (`unconfirmed`); the server or another tab `ended` it; its tokens `expired`; or another copy of this tab has the
 * newer tokens (`superseded`).
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

interface Options {
  /** In memory by default. */
  storage: TokenStorage | undefined
  generations: SharedStorage | undefined
  key: string
  now: () => number
  answerMs: number
}

export type TabSession = ReturnType<typeof createTabSession>

/** What this tab knows of its session, shared with its copies and with other tabs of the same storage. */
export function createTabSession({ storage: given, generations: shared, key, now, answerMs }: Options) {
  const storage = given ?? createMemoryStorage()
  const deviceKey = `${key}-device`
  const generations = createGenerations(shared, key, now)
  const listeners = new Set<(state: SessionState) => void>()
  let access: AccessToken | undefined
  // Kept in memory alone; a reloaded page of a confidential client has to sign in again.
  let client: ClientCredentials = {}
  let reason: EndReason | undefined
  let isRefreshing = false
  // Other tabs cannot have what is in memory.
  const tabs = createTabChannel(given === undefined ? undefined : key, answerMs, (message) => {
    receiveMessage(message, {
      read,
      forget,
      getAccess: () => access,
      isSuperseded: generations.isSuperseded,
      isRefreshing: () => isRefreshing,
      canShare: () => shared !== undefined || hasFreshToken(),
      broadcast: tabs.broadcast,
      adopt(tokens) {
        write(tokens.stored)
        access = tokens.access
        notify()
      },
    })
  })

  const read = () => parseStoredSession(storage.getItem(key))
  const write = (stored: StoredSession) => storage.setItem(key, JSON.stringify(stored))
  const isDue = ({ refreshAt }: AccessToken) => refreshAt !== undefined && now() >= refreshAt
  const hasFreshToken = () => access !== undefined && !isDue(access)

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

  /** Stores the tokens of a response. */
  function accept(response: TokenResponse, stored: StoredSession) {
    const { access_token: value, expires_in: seconds, refresh_token, device_token, scope } = response
    const expiresAt = seconds && now() + seconds * 1000
    access = { value, expiresAt, refreshAt: seconds && expiresAt && expiresAt - Math.min(60, seconds / 5) * 1000 }
    const next: StoredSession = {
      ...stored,
      pendingSince: undefined,
      refreshToken: refresh_token ?? stored.refreshToken,
      deviceToken: device_token ?? stored.deviceToken,
      scope: scope ?? stored.scope,
    }
    write(next)
    generations.record(next)
    reason = undefined
    tabs.broadcast({ type: 'tokens', id: next.id, stored: next, access })
    notify()
  }

  /** Ends the session here and, unless another copy goes on with it, in all tabs. */
  function end(why: EndReason) {
    const stored = read()
    if (stored !== undefined && why !== 'superseded') {
      generations.forget(stored)
      tabs.broadcast({ type: 'ended', id: stored.id, isSignOut: why === 'signed-out' })
    }
    forget(why)
  }

  return {
    read,
    getState,
    accept,
    end,
    forget,
    hasFreshToken,
    getAccess: () => access,
    isUsable: () => access !== undefined && (access.expiresAt === undefined || now() < access.expiresAt),
    getDeviceToken: () => storage.getItem(deviceKey) ?? read()?.deviceToken,
    getCredentials: (): ClientCredentials => ({ clientId: read()?.clientId, ...client }),
    isSuperseded: generations.isSuperseded,
    requestTokens: tabs.request,

    /** @returns a function that ends the subscription */
    subscribe(listener: (state: SessionState) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    /** Keeps a device token also when the session has ended. @param token undefined to forget the one that was kept */
    keepDeviceToken(token: string | undefined) {
      if (token === undefined) storage.removeItem(deviceKey)
      else storage.setItem(deviceKey, token)
    },

    /** Starts a session, in place of a previous one. */
    begin(response: TokenResponse, stored: StoredSession, credentials: ClientCredentials) {
      const previous = read()
      if (previous !== undefined) generations.forget(previous)
      client = credentials
      accept(response, stored)
    },

    /** Says that a refresh is under way. Its response may be lost, and the copies that know of it may repeat it. */
    startRefresh(pending: StoredSession) {
      write(pending)
      generations.record(pending)
      isRefreshing = true
    },

    /** Says that the refresh has ended. */
    finishRefresh() {
      isRefreshing = false
    },

    /** Lets a copy that waits for the answer try itself. */
    passOn(pending: StoredSession) {
      tabs.broadcast({ type: 'tokens', id: pending.id, stored: pending, access })
    },

    /** Ends the session of a copy without the newest tokens. */
    endCopy(stored: StoredSession) {
      if (generations.hasEnded(stored)) end('ended')
      else forget('superseded')
    },

    /** Stops listening to other tabs. */
    close() {
      tabs.close()
      listeners.clear()
    },
  }
}
