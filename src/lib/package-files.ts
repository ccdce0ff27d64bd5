import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const manifest = 'latchkey/package.json'

/** `require()` with paths resolved from the package. */
export const packageRequire = createPackageRequire()

/**
 * Finds a file of the package by the package's name, which works both from the sources and from the build.
 * @param path the path relative to `package.json`
 */
export function packageFile(path: string): string {
  return join(dirname(packageRequire.resolve(manifest)), path)
}

/** @throws {Error} when a bundler has moved the code out of the package, without its files and native modules */
function createPackageRequire() {
  try {
    const require = createRequire(import.meta.url)
    require.resolve(manifest)
    return require
  } catch (cause) {
    throw new Error(
      'Latchkey cannot find the files of its package. Exclude it from the bundle (esbuild: --external:latchkey), and ' +
        'install the package where the bundle runs.',
      { cause },
    )
  }
}
