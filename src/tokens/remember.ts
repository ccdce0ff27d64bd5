import { hash } from 'node:crypto'

/**
 * Does the work once for each token, as long as it is among the last so many. They are known by
 * their hash, so that none is kept. What comes out as undefined is not remembered.
 */
export function rememberByToken<Result>(most: number, work: (token: string) => Promise<Result | undefined>) {
  const results = new Map<string, Result>()

  async function makeResult(token: string, name: string): Promise<Result | undefined> {
    const result = await work(token)
    if (result === undefined) return undefined
    const { value: oldest } = results.keys().next()
    if (results.size >= most && oldest !== undefined) results.delete(oldest)
    results.set(name, result)
    return result
  }

  return (token: string): Result | Promise<Result | undefined> => {
    const name = hash('sha256', token, 'base64')
    return results.get(name) ?? makeResult(token, name)
  }
}
