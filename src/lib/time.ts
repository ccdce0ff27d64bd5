/** ISO 8601, as programs get times over HTTP and from the command. @param time milliseconds since the epoch */
export function toIsoTime(time: number): string {
  return new Date(time).toISOString()
}
