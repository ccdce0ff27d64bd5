import { OAuthError, UnreachableError } from './errors.ts'

/**
 * Repeats a request that had no response, or a failure of the server.
 * @param delaysMs milliseconds to wait before each further attempt
 * @param isWanted asked before each further attempt
 */
export async function retry<T>(request: () => Promise<T>, delaysMs: number[], isWanted: () => boolean): Promise<T> {
  for (const delayMs of delaysMs) {
    try {
      return await request()
    } catch (error) {
      const { cause } = error instanceof UnreachableError ? error : { cause: error }
      if (cause instanceof OAuthError && cause.status < 500) throw error
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      if (!isWanted()) throw error
    }
  }
  return await request()
}
