/** `note`: good to know. `unchecked`: what it depends on is not there. */
export type Level = 'ok' | 'note' | 'warning' | 'fault' | 'unchecked'

export interface Finding {
  level: Level
  /** What is so, in whole sentences. */
  message: string
  /** What to do about it. */
  remedy?: string
}

export const ok = (message: string): Finding => ({ level: 'ok', message })
export const note = (message: string, remedy?: string): Finding => ({
  level: 'note',
  message,
  ...(remedy === undefined ? {} : { remedy }),
})
export const warning = (message: string, remedy: string): Finding => ({ level: 'warning', message, remedy })
export const fault = (message: string, remedy: string): Finding => ({ level: 'fault', message, remedy })
export const unchecked = (message: string): Finding => ({ level: 'unchecked', message })

/** What was found, or that there is nothing to find. */
export function orOk(findings: Finding[], message: string): Finding[] {
  return findings.length > 0 ? findings : [ok(message)]
}
