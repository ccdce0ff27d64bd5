/**
 * Formats a time in ISO 8601, as in HTTP responses and in the output of commands.
 * @param time milliseconds since the epoch
 */
export function toIsoTime(time: number): string {
  return new Date(time).toISOString()
}
