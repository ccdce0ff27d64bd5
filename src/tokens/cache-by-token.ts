import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/**
 * Caches the result of `work` for each token, under a hash, so that no token stays in memory. The least recently used
 * results are evicted first. A result of undefined is not cached.
 */
export function cacheByToken<Result extends object>(
  maxTokens: number,
  work: (token: string) => Promise<Result | undefined>,
) {
  const results = new LRUCache<string, Result>({ max: maxTokens })

  async function workOnce(token: string, key: string): Promise<Result | undefined> {
    const result = await work(token)
    if (result !== undefined) results.set(key, result)
    return result
  }

  return (token: string): Result | Promise<Result | undefined> => {
    const key = hash('sha256', token, 'base64')
    return results.get(key) ?? workOnce(token, key)
  }
}
