import { constants, type Stats } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Installation } from './circumstances.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type Finding, ok, orOk, unchecked, warning } from './finding.ts'

interface Entry {
  path: string
  stats: Stats
}

/** The folder and what is secret in it: who can read it, whose it is, whether it can be written. */
export async function checkDataFolder({ config: { dataDir, databaseUrl }, user }: Installation): Promise<Finding[]> {
  if (user === undefined) return [unchecked('On Windows files have no mode.')]
  const folder = await statOf(dataDir)
  if (folder === undefined) return [ok(`${dataDir} is not there yet; it is made when it is needed.`)]
  // Whoever is not its owner cannot look into it.
  if (user !== 0 && user !== folder.uid) {
    return [
      fault(
        `${dataDir} belongs to user ${folder.uid}, and you are user ${user}.`,
        `Run this and the service as user ${folder.uid}.`,
      ),
    ]
  }

  const database = databaseUrl.startsWith('file:') ? databaseUrl.slice('file:'.length) : join(dataDir, 'latchkey.db')
  const files = await entriesOf([
    database,
    `${database}-wal`,
    `${database}-shm`,
    join(dataDir, 'master.key'),
    join(dataDir, 'secret.key'),
    join(dataDir, 'mail'),
  ])
  const entries = [{ path: dataDir, stats: folder }, ...files]
  return orOk(
    [
      ...judgeFolder(dataDir, folder),
      ...judgeReaders(files),
      ...judgeOwners(entries, folder.uid),
      ...(await judgeWriting(entries)),
    ],
    `Only user ${folder.uid} can read ${dataDir}.`,
  )
}

async function entriesOf(paths: string[]): Promise<Entry[]> {
  const found = await Promise.all(paths.map(async (path) => ({ path, stats: await statOf(path) })))
  return found.flatMap(({ path, stats }) => (stats === undefined ? [] : [{ path, stats }]))
}

/** What is secret in it has a mode of its own. */
function judgeFolder(path: string, stats: Stats): Finding[] {
  const remedy = `chmod 700 ${path}`
  if ((stats.mode & 0o022) !== 0) return [fault(`Others can replace what is in ${path} (${modeOf(stats)}).`, remedy)]
  return (stats.mode & 0o055) === 0 ? [] : [warning(`Others can look into ${path} (${modeOf(stats)}).`, remedy)]
}

function judgeReaders(files: Entry[]): Finding[] {
  const open = files.filter(({ stats }) => (stats.mode & 0o077) !== 0)
  if (open.length === 0) return []
  return [fault(`Others can read ${listed(open, modeOf)}.`, `chmod go= ${pathsOf(open)}`)]
}

/** A command that root runs in the folder of the service may leave files there that the service cannot open. */
function judgeOwners(entries: Entry[], owner: number): Finding[] {
  const strange = entries.filter(({ stats }) => stats.uid !== owner)
  if (strange.length === 0) return []
  return [
    fault(
      `The folder belongs to user ${owner}, and not so ${listed(strange, ({ uid }) => `user ${uid}`)}.`,
      `chown ${owner} ${pathsOf(strange)}, and run commands as the user of the service.`,
    ),
  ]
}

/** Root may write what its mode forbids to others. */
async function judgeWriting(entries: Entry[]): Promise<Finding[]> {
  const checked = await Promise.all(
    entries.map(async (entry) => ({
      ...entry,
      isOpen: await access(entry.path, constants.W_OK).then(
        () => true,
        () => false,
      ),
    })),
  )
  const shut = checked.filter(({ stats, isOpen }) => !isOpen || (stats.mode & 0o200) === 0)
  if (shut.length === 0) return []
  return [
    fault(
      `${listed(shut, modeOf)} cannot be written.`,
      `chmod u+w ${pathsOf(shut)}; or the file system is mounted for reading alone.`,
    ),
  ]
}

function listed(entries: Entry[], tell: (stats: Stats) => string) {
  return entries.map(({ path, stats }) => `${basename(path)} (${tell(stats)})`).join(', ')
}

function pathsOf(entries: Entry[]) {
  return entries.map(({ path }) => path).join(' ')
}
