import { setTimeout } from 'node:timers/promises'

/**
 * Waits for `work`, but not for ever. A later result or error is ignored.
 * @param milliseconds of real time
 */
export async function withTimeout<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  const end = new AbortController()
  const timeout = setTimeout(milliseconds, undefined, { signal: end.signal, ref: false }).then(() => {
    throw new Error(`It took longer than ${milliseconds / 1000} s.`)
  })
  // Whichever settles second has no other handler.
  timeout.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, timeout])
  } finally {
    end.abort()
  }
}
