import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
// Loads the binary that `loadedBinary` finds.
import 'argon2'
import { packageFile, packageRequire } from '../lib/package-files.ts'

interface Argon2Build {
  /** The path of the native binary; undefined when Node does not report it. */
  file: string | undefined
  /** The value of -march that `npm run build:argon2` used; undefined for any other binary. */
  builtFor: string | undefined
  /** Whether a binary built for this processor would be faster. */
  couldBeFaster: boolean
  /** The command that builds it, in the folder from which Latchkey was installed. */
  buildCommand: string
}

interface Sources {
  /** The path of the native binary. */
  file?: string | undefined
  /** The file in which Linux describes the processors (proc_cpuinfo(5)). */
  processors?: string
  /** The script behind `npm run build:argon2`. A checkout has it, the package does not. */
  script?: string
}

const flags = '-O3 -march=native'
const rebuild = `CFLAGS="${flags}" CXXFLAGS="${flags}" npm_config_build_from_source=true npm rebuild argon2`

/**
 * Finds the argon2 binary that this process uses, and whether a build for this processor would be faster. That is so
 * on processors with AVX2, which the portable binary does not use.
 */
export async function readArgon2Build({
  file = loadedBinary(),
  processors = '/proc/cpuinfo',
  script = packageFile('scripts/build-argon2.sh'),
}: Sources = {}): Promise<Argon2Build> {
  const builtFor = file === undefined ? undefined : await textOf(join(dirname(file), '..', 'march'))
  const hasAvx2 = /^flags\s*:.*\bavx2\b/m.test((await textOf(processors)) ?? '')
  const isPrebuilt = file !== undefined && /[\\/]prebuilds[\\/]/.test(file)
  return {
    file,
    builtFor,
    couldBeFaster: isPrebuilt && hasAvx2,
    buildCommand: existsSync(script) ? 'npm run build:argon2' : rebuild,
  }
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
