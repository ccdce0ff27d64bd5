import { copyFile, readFile } from 'node:fs/promises'
import { npm } from '../npm.ts'

const folder = 'test/clients'
const lock = `${folder}/package-lock.json`
const installedLock = `${folder}/node_modules/.installed-package-lock.json`

/**
 * Installs the packages that test clients need. They are a package of their own, so that `npm install` of this project
 * does not download them.
 */
export async function installClientPackages() {
  const wanted = await readFile(lock, 'utf8')
  if (wanted === (await readFile(installedLock, 'utf8').catch(() => ''))) return
  const { code, stderr } = await npm('ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund')
  if (code !== 0) throw new Error(`The packages of ${folder} could not be installed:\n${stderr}`)
  await copyFile(lock, installedLock)
}
