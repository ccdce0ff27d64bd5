/*
 * Fails when what an installation brings along has a vulnerability of high severity that the npm
 * registry knows of. A registry that cannot be asked is no failure, and is told of: so nobody takes
 * it for good news.
 */
import { installedFrom, readLock } from './installed.ts'
import { npm } from './npm.ts'

type Severity = 'info' | 'low' | 'moderate' | 'high' | 'critical'

interface Vulnerability {
  name: string
  severity: Severity
  /** Advisories, or the names of packages that it has them from. */
  via: (string | { title: string; url: string })[]
  /** Where it lies. */
  nodes: string[]
}

/** What npm answers: a report, or that the registry could not be asked (`message`), or what is wrong with the project (`error.code`). */
interface Answer {
  vulnerabilities?: Record<string, Vulnerability>
  message?: string
  error?: { code?: string; summary?: string }
}

const grave: Severity[] = ['high', 'critical']

// Offline, npm would find nothing.
const { stdout, stderr } = await npm('audit', '--json', '--offline=false', '--fetch-retries=0', '--fetch-timeout=30000')
const { vulnerabilities, message, error }: Answer = stdout === '' ? {} : JSON.parse(stdout)

if (vulnerabilities !== undefined) judge(Object.values(vulnerabilities), installedFrom(await readLock()))
else if (message !== undefined) {
  console.warn(`NOT AUDITED: the registry could not be asked (${message}). Nothing is known of vulnerabilities.`)
} else {
  console.error(`npm audit failed: ${error?.summary ?? stderr}`)
  process.exitCode = 1
}

function judge(known: Vulnerability[], installed: Set<string>) {
  const ours = known.filter(
    ({ severity, nodes }) => grave.includes(severity) && nodes.some((node) => installed.has(node)),
  )
  for (const { name, severity, via } of ours) {
    console.error(
      `${name}, ${severity}: ${via.map((cause) => (typeof cause === 'string' ? `by ${cause}` : `${cause.title}, ${cause.url}`)).join('; ')}`,
    )
  }
  console.log(
    `Audited: ${ours.length} of ${installed.size} installed packages with a vulnerability of high severity; ${known.length - ours.length} less grave, or in tools.`,
  )
  if (ours.length > 0) process.exitCode = 1
}
