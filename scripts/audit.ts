/*
 * Runs `npm audit` for the packages of an installation; a vulnerability of high severity fails. An unreachable registry
 * does not fail the audit, but is reported.
 */
import { npm } from './npm.ts'

const { code, stdout, stderr } = await npm(
  'audit',
  '--omit=dev',
  '--audit-level=high',
  // npm audit in offline mode would report no vulnerabilities.
  '--offline=false',
  '--fetch-retries=0',
  '--fetch-timeout=30000',
)
if (stderr.includes('audit endpoint returned an error')) {
  const [, reason = ''] = /^npm warn audit (.+)$/im.exec(stderr) ?? []
  console.warn(`NOT AUDITED: the registry could not be reached (${reason}). There may be vulnerabilities.`)
} else {
  console.log(stdout)
  console.error(stderr)
  process.exitCode = code
}
