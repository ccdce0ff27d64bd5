import type { Installation } from './circumstances.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Alarms have the level `warn`. */
export function checkLog({ settings: { logLevel } }: Installation): Finding[] {
  if (!['error', 'fatal', 'silent'].includes(logLevel)) {
    return [ok(`LOG_LEVEL is ${logLevel}: security events are seen.`)]
  }
  return [
    warning(
      `LOG_LEVEL is ${logLevel}: nobody sees security events, or mails that cannot be sent.`,
      'Set LOG_LEVEL=warn, or info.',
    ),
  ]
}
