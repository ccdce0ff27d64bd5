import { minNodeVersion } from '../../lib/version.ts'
import type { Machine } from './circumstances.ts'
import { fault, type Finding, ok } from './finding.ts'

export function checkNode({ nodeVersion }: Machine): Finding[] {
  if (isBefore(nodeVersion, minNodeVersion)) {
    return [
      fault(
        `Node.js is ${nodeVersion}; Latchkey is made for ${minNodeVersion} and later.`,
        'Install a later Node.js, then run: npm ci',
      ),
    ]
  }
  return [ok(`Node.js is ${nodeVersion}.`)]
}

function isBefore(version: string, other: string) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
