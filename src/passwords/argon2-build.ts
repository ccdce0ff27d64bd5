import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
// So that it is loaded.
import 'argon2'

export interface Argon2Build {
  /** The binary that hashes, where Node tells. */
  file: string | undefined
  /** For which processor `npm run build:argon2` built it, in the words of -march; undefined for one that suits every processor. */
  builtFor: string | undefined
  /** Whether one that is built for this processor would hash more in a second. */
  couldBeFaster: boolean
}

interface Place {
  file?: string | undefined
  /** What the system says of its processors; on Linux (proc_cpuinfo(5)). */
  processors?: string
}

/** Which argon2 hashes here, and whether `npm run build:argon2` would be worth while: it is where AVX2 lies idle. */
export async function readArgon2Build({
  file = loadedBinary(),
  processors = '/proc/cpuinfo',
}: Place = {}): Promise<Argon2Build> {
  const builtFor = file === undefined ? undefined : await textOf(join(dirname(file), '..', 'march'))
  const hasAvx2 = /^flags\s*:.*\bavx2\b/m.test((await textOf(processors)) ?? '')
  return { file, builtFor, couldBeFaster: file !== undefined && builtFor === undefined && hasAvx2 }
}

/** By Node's own list of what it has loaded. */
function loadedBinary() {
  return Object.keys(createRequire(import.meta.url).cache).find((path) => /[\\/]argon2[\\/].*\.node$/.test(path))
}

async function textOf(path: string) {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return undefined
  }
}
