import { readFile } from 'node:fs/promises'

/** A package of a lockfile, as far as it is looked at here. */
interface LockedPackage {
  version?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  /** What whoever installs it has beside it: fastify. */
  peerDependencies?: Record<string, string>
}

export type Lock = Record<string, LockedPackage>

export async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile('package-lock.json', 'utf8')).packages
}

/**
 * Where the packages lie that come with an installation, and not for the tools: by the lockfile, on
 * whatever platform. npm's own `--omit=dev` leaves out what a tool needs as well: `audit` fastify,
 * `sbom` six of our dependencies.
 * @returns the keys of the lockfile, `node_modules/fastify` for one
 */
export function installedFrom(lock: Lock): Set<string> {
  const found = new Set<string>()
  const waiting = ['']
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { dependencies, optionalDependencies, peerDependencies } = lock[place] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const needed = resolve(lock, place, name)
      // A peer that nobody needs, an option of another platform.
      if (needed === undefined || found.has(needed)) continue
      found.add(needed)
      waiting.push(needed)
    }
  }
  return found
}

/** As Node does: beside the package that asks, or further up. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  const folders = from.split(/(?:^|\/)node_modules\//).slice(1)
  for (let depth = folders.length; depth >= 0; depth--) {
    const place = [...folders.slice(0, depth), name].map((folder) => `node_modules/${folder}`).join('/')
    if (lock[place] !== undefined) return place
  }
  return undefined
}
