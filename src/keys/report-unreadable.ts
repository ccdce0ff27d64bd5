import type { Audit } from '../audit/index.ts'

/**
 * Reports that the private or public half of a key in the database cannot be read, once per key. The report omits the
 * error, because libraries may quote the key in it.
 */
export function createReportUnreadable({ reportFinding }: Pick<Audit, 'reportFinding'>) {
  const reported = new Set<string>()
  return function reportUnreadable(kid: string, half: 'private' | 'public'): void {
    if (!reported.has(kid)) reportFinding({ event: 'key_unreadable', kid, half })
    reported.add(kid)
  }
}
