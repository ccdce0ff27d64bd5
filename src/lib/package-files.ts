import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const manifest = 'latchkey/package.json'

/** `require()` as seen from the package. */
export const packageRequire = createPackageRequire()

/**
 * Finds a file of the package. It is resolved by the package's name, which works from the sources and from the build
 * alike.
 * @param path relative to `package.json`
 */
export function packageFile(path: string): string {
  return join(dirname(packageRequire.resolve(manifest)), path)
}

/** @throws where a bundler has taken the code out of the package: files and native modules do not come along */
function createPackageRequire() {
  try {
    const require = createRequire(import.meta.url)
    require.resolve(manifest)
    return require
  } catch (cause) {
    throw new Error(
      'Latchkey cannot find the files of its package. A bundler must leave the package out of the bundle ' +
        '(esbuild: --external:latchkey), and it must be installed where the bundle runs.',
      { cause },
    )
  }
}
