import { setTimeout } from 'node:timers/promises'

/**
 * Waits for some work, and not for ever; whatever comes of it later is not heard.
 * @param milliseconds of real time
 */
export async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  const end = new AbortController()
  const patience = setTimeout(milliseconds, undefined, { signal: end.signal, ref: false }).then(() => {
    throw new Error(`It took longer than ${milliseconds / 1000} s.`)
  })
  // The one that comes second.
  patience.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, patience])
  } finally {
    end.abort()
  }
}
