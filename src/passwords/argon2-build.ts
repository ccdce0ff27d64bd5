import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
// Loads the binary that `loadedBinary` finds.
import 'argon2'
import { packageRequire } from '../lib/package-files.ts'

interface Argon2Build {
  /** The path of the native binary; undefined when Node does not report it. */
  file: string | undefined
  /** The value of -march that `npm run build:argon2` used; undefined for the prebuilt, portable binary. */
  builtFor: string | undefined
  /** Whether a binary built for this processor would be faster. */
  couldBeFaster: boolean
}

interface Sources {
  /** The path of the native binary. */
  file?: string | undefined
  /** The file in which Linux describes the processors (proc_cpuinfo(5)). */
  processors?: string
}

/**
 * Finds the argon2 binary that this process uses, and whether `npm run build:argon2` would make it faster. That is so
 * on processors with AVX2, which the portable binary does not use.
 */
export async function readArgon2Build({
  file = loadedBinary(),
  processors = '/proc/cpuinfo',
}: Sources = {}): Promise<Argon2Build> {
  const builtFor = file === undefined ? undefined : await textOf(join(dirname(file), '..', 'march'))
  const hasAvx2 = /^flags\s*:.*\bavx2\b/m.test((await textOf(processors)) ?? '')
  return { file, builtFor, couldBeFaster: file !== undefined && builtFor === undefined && hasAvx2 }
}

/** Finds the binary among the files that Node has loaded. */
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
