import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
// Loads the binary, which is looked for below.
import 'argon2'
import { packageRequire } from '../lib/package-files.ts'

interface Argon2Build {
  /** The native binary; undefined when Node does not report it. */
  file: string | undefined
  /** The value of -march that `npm run build:argon2` used; undefined for a binary that suits every processor. */
  builtFor: string | undefined
  /** Whether a binary built for this processor would be faster. */
  couldBeFaster: boolean
}

interface Sources {
  file?: string | undefined
  /** The file that describes the processors, on Linux (proc_cpuinfo(5)). */
  processors?: string
}

/** Finds the binary of argon2, and whether `npm run build:argon2` would make it faster, as where AVX2 is unused. */
export async function readArgon2Build({
  file = loadedBinary(),
  processors = '/proc/cpuinfo',
}: Sources = {}): Promise<Argon2Build> {
  const builtFor = file === undefined ? undefined : await textOf(join(dirname(file), '..', 'march'))
  const hasAvx2 = /^flags\s*:.*\bavx2\b/m.test((await textOf(processors)) ?? '')
  return { file, builtFor, couldBeFaster: file !== undefined && builtFor === undefined && hasAvx2 }
}

/** Node lists the files that it has loaded. */
function loadedBinary() {
  return Object.keys(packageRequire.cache).find((path) => /[\\/]argon2[\\/].*\.node$/.test(path))
}

async function textOf(path: string) {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return undefined
  }
}
