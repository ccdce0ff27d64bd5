/** `note`: good to know. `unchecked`: a check that this one depends on has failed. */
export type Level = 'ok' | 'note' | 'warning' | 'fault' | 'unchecked'

export interface Finding {
  level: Level
  /** In whole sentences. */
  message: string
  /** The remedy, for the operator. */
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

/** The findings, or one that all is well. */
export function orOk(findings: Finding[], message: string): Finding[] {
  return findings.length > 0 ? findings : [ok(message)]
}

/** A check on whose result others depend. */
export interface Step<Context> {
  findings: Finding[]
  /** Undefined when the checks that need it cannot be done. */
  context?: Context
}
