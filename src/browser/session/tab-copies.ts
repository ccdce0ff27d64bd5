/** The part of the Web Storage interface that a session needs. */
export interface TokenStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** A storage that all tabs of an origin share, such as `localStorage`. */
export interface SharedStorage extends TokenStorage {
  readonly length: number
  key(index: number): string | null
}

/** What a tab keeps of a session. */
export interface StoredSession {
  /** Random; not the server's. */
  id: string
  /** The number of refreshes. */
  generation: number
  /** Since when a refresh has had no response, in milliseconds since 1970. */
  pendingSince?: number | undefined
  /** Absent if the server issues none; the session then lasts as long as its access token. */
  refreshToken?: string | undefined
  deviceToken?: string | undefined
  scope?: string | undefined
  username?: string | undefined
  clientId?: string | undefined
}

const maxAgeMs = 31 * 24 * 60 * 60 * 1000

/**
 * Remembers the newest generation of each session where all tabs see it. Duplicated, restored and frozen tabs keep old
 * copies of `sessionStorage`, and a server takes the use of an old refresh token for theft (RFC 9700 4.14.2). What is
 * shared is no secret.
 * @param storage undefined where no copies can exist
 * @param prefix of its keys
 */
export function createGenerations(storage: SharedStorage | undefined, prefix: string, now: () => number) {
  const keyOf = (id: string) => `${prefix}.${id}`
  const mark = ({ generation, pendingSince }: StoredSession) =>
    pendingSince === undefined ? String(generation) : `${generation + 1}?`

  function removeOld(shared: SharedStorage) {
    const names = Array.from({ length: shared.length }, (_, index) => shared.key(index) ?? '')
    for (const name of names.filter((name) => name.startsWith(`${prefix}.`))) {
      const writtenAt = Number(shared.getItem(name)?.split(' ')[1])
      if (!(now() - writtenAt < maxAgeMs)) shared.removeItem(name)
    }
  }

  return {
    /** Whether another copy of this session has been refreshed, or the session has ended. */
    isSuperseded(stored: StoredSession): boolean {
      return storage !== undefined && storage.getItem(keyOf(stored.id))?.split(' ')[0] !== mark(stored)
    },

    /** Whether the session has ended for all copies. */
    hasEnded({ id }: StoredSession): boolean {
      return storage !== undefined && storage.getItem(keyOf(id)) === null
    },

    record(stored: StoredSession) {
      if (storage === undefined) return
      if (stored.generation === 0) removeOld(storage)
      storage.setItem(keyOf(stored.id), `${mark(stored)} ${now()}`)
    },

    forget({ id }: StoredSession) {
      storage?.removeItem(keyOf(id))
    },
  }
}

/** @returns the session in a storage, or undefined if there is none or it was written by something else */
export function parseStoredSession(text: string | null): StoredSession | undefined {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { id, generation, pendingSince, ...rest } = value as Partial<StoredSession>
    const texts = [rest.refreshToken, rest.deviceToken, rest.scope, rest.username, rest.clientId]
    const isValid =
      typeof id === 'string' &&
      Number.isSafeInteger(generation) &&
      (pendingSince === undefined || typeof pendingSince === 'number') &&
      texts.every((text) => text === undefined || typeof text === 'string')
    return isValid ? (value as StoredSession) : undefined
  } catch {
    return undefined
  }
}
