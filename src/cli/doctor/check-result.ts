/** `note` is information. `unchecked` means that the check could not run, for example without a database. */
export type Level = 'ok' | 'note' | 'warning' | 'fault' | 'unchecked'

export interface CheckResult {
  level: Level
  /** Complete sentences. */
  message: string
  /** What the operator can do about it. */
  remedy?: string
}

export const ok = (message: string): CheckResult => ({ level: 'ok', message })
export const note = (message: string, remedy?: string): CheckResult => ({
  level: 'note',
  message,
  ...(remedy === undefined ? {} : { remedy }),
})
export const warning = (message: string, remedy: string): CheckResult => ({ level: 'warning', message, remedy })
export const fault = (message: string, remedy: string): CheckResult => ({ level: 'fault', message, remedy })
export const unchecked = (message: string): CheckResult => ({ level: 'unchecked', message })

/** @returns the results, or one `ok` with this message if there are none */
export function orOk(results: CheckResult[], message: string): CheckResult[] {
  return results.length > 0 ? results : [ok(message)]
}

/** A check that other checks depend on. */
export interface Step<Context> {
  results: CheckResult[]
  /** Undefined when the dependent checks cannot run. */
  context?: Context
}
