/** The length of the time steps of TOTP codes (RFC 6238 4.1). */
export const stepSeconds = 30

/** The number of the step that contains a time. @param time milliseconds since the epoch */
export function timeStepOf(time: number): number {
  return Math.floor(time / 1000 / stepSeconds)
}
