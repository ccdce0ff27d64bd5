/** `note` is information. `unchecked` means that the check could not run, for example without a database. */
export type Level = 'ok' | 'note' | 'warning' | 'fault' | 'unchecked'

export interface Finding {
  level: Level
  /** Complete sentences. */
  message: string
  /** What the operator can do about it. */
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

/** @returns the findings, or one `ok` with this message if there are none */
export function orOk(findings: Finding[], message: string): Finding[] {
  return findings.length > 0 ? findings : [ok(message)]
}

/** A check that other checks depend on. */
export interface Step<Context> {
  findings: Finding[]
  /** Undefined when the dependent checks cannot run. */
  context?: Context
}
