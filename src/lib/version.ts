import { packageRequire } from './package-files.ts'

const manifest: { version: string; engines: { node: string } } = packageRequire('latchkey/package.json')

export const version = manifest.version

/** The oldest Node.js that works. */
export const minNodeVersion = manifest.engines.node.replace('>=', '')

/**
 * @param nodeVersion `24.11.0`
 * @returns a warning for the operator about a Node.js that is out of support; undefined for a later one
 */
export function warnOfNode(nodeVersion: string): string | undefined {
  if (!isNodeBefore(nodeVersion, '22.0.0')) return undefined
  return (
    `Node.js is ${nodeVersion}; Node.js 20 has been out of support since April 2026. ` +
    '22 or later is recommended, 20.19 is the oldest that works.'
  )
}

/** Compares major and minor version. */
export function isNodeBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
