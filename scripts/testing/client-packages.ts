import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { npm } from '../npm.ts'

const folder = 'test/clients'
const lock = 'package-lock.json'
const installed = join(folder, 'node_modules')
/** The name of a copy of the lock file, among the packages that were installed from it. */
const copyOfLock = '.installed-package-lock.json'

/**
 * Installs the packages that test clients need. They are a package of their own, so that `npm install` of this project
 * does not download them. They are installed elsewhere and then moved, so that an interrupted installation leaves no
 * incomplete packages, and two runs at the same time do not share any.
 */
export async function installClientPackages() {
  const wanted = await readFile(join(folder, lock), 'utf8')
  const areInstalled = async () => wanted === (await readFile(join(installed, copyOfLock), 'utf8').catch(() => ''))
  if (await areInstalled()) return

  const cache = join(folder, '.cache')
  await mkdir(cache, { recursive: true })
  const place = await mkdtemp(join(cache, 'install-'))
  const packages = join(place, 'node_modules')
  try {
    await copyFile(join(folder, 'package.json'), join(place, 'package.json'))
    await writeFile(join(place, lock), wanted)
    const { code, stderr } = await npm('ci', '--prefix', place, '--ignore-scripts', '--no-audit', '--no-fund')
    if (code !== 0) throw new Error(`The packages of ${folder} could not be installed:\n${stderr}`)
    await writeFile(join(packages, copyOfLock), wanted)
    // Another run may have installed them in the meantime.
    if (await areInstalled()) return
    await rename(installed, join(place, 'previous')).catch(ignoreMissing)
    await rename(packages, installed).catch(async (error) => {
      if (!(await areInstalled())) throw error
    })
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

function ignoreMissing(error: NodeJS.ErrnoException) {
  if (error.code !== 'ENOENT') throw error
}
