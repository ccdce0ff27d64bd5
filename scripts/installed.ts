import { readFile } from 'node:fs/promises'

/** The fields of a lockfile entry that are used here. */
interface LockedPackage {
  version?: string
  engines?: { node?: string }
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  /** Peer dependencies, which npm installs with the package, such as fastify. */
  peerDependencies?: Record<string, string>
}

export type Lock = Record<string, LockedPackage>

export async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile('package-lock.json', 'utf8')).packages
}

/**
 * Finds the packages of an installation on any platform in the lockfile. `npm sbom --omit=dev` would omit those that
 * development tools need as well, such as pg and uuid.
 * @returns the keys of the lockfile, such as `node_modules/fastify`
 */
export function installedFrom(lock: Lock): Set<string> {
  const found = new Set<string>()
  const waiting = ['']
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { dependencies, optionalDependencies, peerDependencies } = lock[place] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const needed = resolve(lock, place, name)
      // An optional peer dependency that is not installed.
      if (needed === undefined || found.has(needed)) continue
      found.add(needed)
      waiting.push(needed)
    }
  }
  return found
}

/** Resolves a package as Node.js does: in the folder of its dependent, or in a folder above it. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  const folders = from.split(/(?:^|\/)node_modules\//).slice(1)
  for (let depth = folders.length; depth >= 0; depth--) {
    const place = [...folders.slice(0, depth), name].map((folder) => `node_modules/${folder}`).join('/')
    if (lock[place] !== undefined) return place
  }
  return undefined
}
