export const hourMs = 60 * 60 * 1000
export const dayMs = 24 * hourMs

/** The clocks of instances may differ by this much. A time further in the future means that the clock was set back. */
export const maxClockSkewMs = 30 * 1000

/**
 * Formats a time in ISO 8601, as in HTTP responses and in the output of commands.
 * @param time milliseconds since the epoch
 */
export function toIsoTime(time: number): string {
  return new Date(time).toISOString()
}
