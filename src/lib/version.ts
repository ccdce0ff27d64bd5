import { createRequire } from 'node:module'

/** Resolved by the package name, which works from the sources and from the build alike. */
const manifest: { version: string; engines: { node: string } } = createRequire(import.meta.url)('latchkey/package.json')

export const version = manifest.version

/** The oldest Node.js that works. */
export const minNodeVersion = manifest.engines.node.replace('>=', '')
