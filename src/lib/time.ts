/** ISO 8601, the form of times over HTTP and in the output of commands. @param time milliseconds since the epoch */
export function toIsoTime(time: number): string {
  return new Date(time).toISOString()
}
