import { setTimeout } from 'node:timers/promises'

/**
 * Waits for `work` for a limited time. A later result or error is ignored.
 * @param milliseconds the limit, in real time
 * @param work what to wait for
 * @throws {Error} when the time is up
 */
export async function withTimeout<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  const end = new AbortController()
  const timeout = setTimeout(milliseconds, undefined, { signal: end.signal, ref: false }).then(() => {
    throw new Error(`It took longer than ${milliseconds / 1000} s.`)
  })
  // The promise that settles second has no other handler, and its rejection would end the process.
  timeout.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, timeout])
  } finally {
    end.abort()
  }
}
