import { packageRequire } from './package-files.ts'

const manifest: { version: string; engines: { node: string } } = packageRequire('latchkey/package.json')

export const version = manifest.version

/** The oldest supported version of Node.js. */
export const minNodeVersion = manifest.engines.node.replace('>=', '')

/**
 * Warns the operator of a version of Node.js that is out of support.
 * @param nodeVersion such as `24.11.0`
 * @returns the warning; undefined for a later version
 */
export function warnOfNode(nodeVersion: string): string | undefined {
  if (!isNodeBefore(nodeVersion, '22.0.0')) return undefined
  return (
    `This is Node.js ${nodeVersion}. Node.js 20 has been out of support since April 2026. ` +
    '22 or later is recommended, and 20.19 is the minimum.'
  )
}

/** Whether a version of Node.js precedes another one. Only major and minor version are compared. */
export function isNodeBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
