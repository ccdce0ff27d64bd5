import { constants, type Stats } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sqlitePathOf } from '../database.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type Finding, ok, orOk, unchecked, warning } from './finding.ts'
import type { Installation } from './machine.ts'

interface Entry {
  path: string
  stats: Stats
}

/** Checks the data folder and the secret files in it: mode, owner, and whether they can be written. */
export async function checkDataFolder({ config: { dataDir, databaseUrl }, user }: Installation): Promise<Finding[]> {
  if (user === undefined) return [unchecked('On Windows files have no mode.')]
  const folder = await statOf(dataDir)
  if (folder === undefined) return [ok(`${dataDir} is not there yet; it is made when it is needed.`)]
  const isForeign = user !== 0 && user !== folder.uid
  if (isForeign && !(await isReadable(dataDir))) {
    return [
      fault(
        `${dataDir} belongs to user ${folder.uid}, and you are user ${user}.`,
        `Run this and the service as user ${folder.uid}.`,
      ),
    ]
  }

  const database = sqlitePathOf(databaseUrl) ?? join(dataDir, 'latchkey.db')
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
      ...(isForeign
        ? judgeShared(dataDir, entries)
        : [...judgeFolder(dataDir, folder), ...judgeReaders(files), ...judgeOwners(entries, folder.uid)]),
      ...(await judgeWriting(entries)),
    ],
    `Only user ${folder.uid} can read ${dataDir}.`,
  )
}

function isReadable(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  )
}

/** Modes on a volume of another owner (Kubernetes fsGroup, CIFS, WSL) are set where it is mounted. */
function judgeShared(path: string, entries: Entry[]): Finding[] {
  const open = entries.filter(({ stats }) => (stats.mode & 0o077) !== 0)
  return [
    warning(
      `${path} belongs to user ${entries[0]?.stats.uid}. You have access through its group or its mount.` +
        (open.length === 0 ? '' : ` Others can read or write ${listed(open, modeOf)}.`),
      'Give the service a group of its own (fsGroup) or mount options (uid=, gid=, file_mode=), or set MASTER_KEY ' +
        'and SECRET_KEY.',
    ),
  ]
}

async function entriesOf(paths: string[]): Promise<Entry[]> {
  const found = await Promise.all(paths.map(async (path) => ({ path, stats: await statOf(path) })))
  return found.flatMap(({ path, stats }) => (stats === undefined ? [] : [{ path, stats }]))
}

/** Secret files have a mode of their own. */
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
  const foreign = entries.filter(({ stats }) => stats.uid !== owner)
  if (foreign.length === 0) return []
  return [
    fault(
      `The folder belongs to user ${owner}, and not so ${listed(foreign, ({ uid }) => `user ${uid}`)}.`,
      `chown ${owner} ${pathsOf(foreign)}, and run commands as the user of the service.`,
    ),
  ]
}

/** Root may write a file whose mode forbids it, so the mode is checked as well. */
async function judgeWriting(entries: Entry[]): Promise<Finding[]> {
  const checked = await Promise.all(
    entries.map(async (entry) => ({
      ...entry,
      isWritable: await access(entry.path, constants.W_OK).then(
        () => true,
        () => false,
      ),
    })),
  )
  const readOnly = checked.filter(({ stats, isWritable }) => !isWritable || (stats.mode & 0o200) === 0)
  if (readOnly.length === 0) return []
  return [
    fault(
      `${listed(readOnly, modeOf)} cannot be written.`,
      `chmod u+w ${pathsOf(readOnly)}; or the file system is mounted for reading alone.`,
    ),
  ]
}

function listed(entries: Entry[], tell: (stats: Stats) => string) {
  return entries.map(({ path, stats }) => `${basename(path)} (${tell(stats)})`).join(', ')
}

function pathsOf(entries: Entry[]) {
  return entries.map(({ path }) => path).join(' ')
}

const bytesPerMegabyte = 1_000_000

export async function checkDisk({ config: { dataDir }, cwd, freeSpace }: Installation): Promise<Finding[]> {
  const folder = (await statOf(dataDir)) === undefined ? cwd : dataDir
  const megabytes = Math.floor((await freeSpace(folder)) / bytesPerMegabyte)
  const message = `${megabytes.toLocaleString('en')} MB are free for ${dataDir}.`
  const remedy = 'Make room, or move the folder (DATA_DIR) to a bigger disk. With none left nobody can sign in.'
  if (megabytes < 100) return [fault(message, remedy)]
  return [megabytes < 1000 ? warning(message, remedy) : ok(message)]
}
