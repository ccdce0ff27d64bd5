import { createRequire } from 'node:module'

/** By its own name, so that it is found from the sources and from the build alike. */
const manifest: { version: string; engines: { node: string } } = createRequire(import.meta.url)('latchkey/package.json')

export const version = manifest.version

/** The earliest Node.js. */
export const earliestNode = manifest.engines.node.replace('>=', '')
