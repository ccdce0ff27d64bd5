import { parseStoredSession, type StoredSession } from './tab-copies.ts'

export interface AccessToken {
  value: string
  /** Milliseconds since 1970; absent if the server does not say. */
  expiresAt?: number | undefined
  /** When it is time to refresh. */
  refreshAt?: number | undefined
}

/** What tabs with the same session tell each other. */
export type TabMessage =
  /** A tab needs the newest tokens. */
  | { type: 'request'; id: string }
  /** A refresh is under way. */
  | { type: 'busy'; id: string }
  | { type: 'ended'; id: string; isSignOut: boolean }
  | { type: 'tokens'; id: string; stored: StoredSession; access: AccessToken | undefined }

/**
 * Connects the tabs of an origin through a BroadcastChannel, where there is one.
 * @param name undefined where no other tab can have the session
 * @param answerMs how long to wait for another tab
 */
export function createTabChannel(name: string | undefined, answerMs: number, receive: (message: TabMessage) => void) {
  const isAvailable = name !== undefined && typeof BroadcastChannel !== 'undefined'
  const channel = isAvailable ? new BroadcastChannel(name) : undefined
  const listeners = new Set([receive])
  channel?.addEventListener('message', (event) => {
    const message = 'data' in event ? parseMessage(event.data) : undefined
    if (message !== undefined) for (const listener of [...listeners]) listener(message)
  })
  // Node would wait for it.
  if (channel !== undefined && 'unref' in channel && typeof channel.unref === 'function') channel.unref()

  const broadcast = (message: TabMessage) => channel?.postMessage(message)

  return {
    broadcast,

    /** @returns whether another tab answered with tokens, which `receive` got before */
    async request(id: string): Promise<boolean> {
      if (channel === undefined) return false
      return await new Promise((resolve) => {
        const finish = (found: boolean) => {
          clearTimeout(timer)
          listeners.delete(listener)
          resolve(found)
        }
        let timer = setTimeout(finish, answerMs, false)
        const listener = (message: TabMessage) => {
          if (message.id !== id) return
          if (message.type === 'busy') {
            clearTimeout(timer)
            timer = setTimeout(finish, 20 * answerMs, false)
          }
          if (message.type === 'tokens') finish(true)
          if (message.type === 'ended') finish(false)
        }
        listeners.add(listener)
        broadcast({ type: 'request', id })
      })
    },

    close() {
      channel?.close()
    },
  }
}

/** @returns undefined for a message of something else on the origin */
function parseMessage(data: unknown): TabMessage | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { type, id, isSignOut, stored, access }: Partial<Record<string, unknown>> = { ...data }
  if (typeof id !== 'string') return undefined
  if (type === 'request' || type === 'busy') return { type, id }
  if (type === 'ended') return { type, id, isSignOut: isSignOut === true }
  const session = parseStoredSession(JSON.stringify(stored ?? null))
  return type === 'tokens' && session?.id === id
    ? { type, id, stored: session, access: parseAccessToken(access) }
    : undefined
}

function parseAccessToken(data: unknown): AccessToken | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { value, expiresAt, refreshAt }: Partial<Record<string, unknown>> = { ...data }
  const number = (time: unknown) => (typeof time === 'number' ? time : undefined)
  return typeof value === 'string' ? { value, expiresAt: number(expiresAt), refreshAt: number(refreshAt) } : undefined
}
