import type { TokenStorage } from './tab-copies.ts'

/** A storage that lasts as long as the page. */
export function createMemoryStorage(): TokenStorage {
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
