import type { Installation } from './circumstances.ts'
import { type Finding, note, ok } from './finding.ts'

export function checkPasswordRules({ settings: { passwordMinLength } }: Installation): Finding[] {
  if (passwordMinLength >= 15) return [ok(`They have ${passwordMinLength} characters at least.`)]
  return [
    note(
      `They may be as short as ${passwordMinLength} characters; NIST SP 800-63B-4 asks for 15 where the password is the only factor.`,
      'PASSWORD_MIN_LENGTH=15 if your users can bear it; those who have a shorter one keep it.',
    ),
  ]
}
