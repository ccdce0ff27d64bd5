import { constants, type Stats } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sqlitePathOf } from '../database.ts'
import { modeOf, statOf } from './files.ts'
import { fault, type CheckResult, ok, orOk, unchecked, warning } from './check-result.ts'
import type { Installation } from './machine.ts'

interface Entry {
  path: string
  stats: Stats
}

/** Checks the mode and the owner of the data folder and its secret files, and whether they are writable. */
export async function checkDataFolder({
  config: { dataDir, databaseUrl },
  user,
}: Installation): Promise<CheckResult[]> {
  if (user === undefined) return [unchecked('File permissions are not checked on Windows.')]
  const folder = await statOf(dataDir)
  if (folder === undefined) return [ok(`${dataDir} does not exist yet. The service creates it.`)]
  const isForeign = user !== 0 && user !== folder.uid
  if (isForeign && !(await isReadable(dataDir))) {
    return [
      fault(
        `${dataDir} belongs to user ${folder.uid}, but this command runs as user ${user}.`,
        `Run this command and the service as user ${folder.uid}.`,
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

/** On a volume of another owner (Kubernetes fsGroup, CIFS, WSL), the mount determines the file modes. */
function judgeShared(path: string, entries: Entry[]): CheckResult[] {
  const open = entries.filter(({ stats }) => (stats.mode & 0o077) !== 0)
  return [
    warning(
      `${path} belongs to user ${entries[0]?.stats.uid}, and this user has access through its group or mount.` +
        (open.length === 0 ? '' : ` Other users can read or write: ${listed(open, modeOf)}.`),
      'Give the service its own group (fsGroup) or mount options (uid=, gid=, file_mode=), or set MASTER_KEY and ' +
        'SECRET_KEY in its environment.',
    ),
  ]
}

async function entriesOf(paths: string[]): Promise<Entry[]> {
  const found = await Promise.all(paths.map(async (path) => ({ path, stats: await statOf(path) })))
  return found.flatMap(({ path, stats }) => (stats === undefined ? [] : [{ path, stats }]))
}

/** Read access to the folder is only a warning, because the secret files have their own modes. */
function judgeFolder(path: string, stats: Stats): CheckResult[] {
  const remedy = `chmod 700 ${path}`
  if ((stats.mode & 0o022) !== 0) {
    return [fault(`Other users can replace files in ${path} (mode ${modeOf(stats)}).`, remedy)]
  }
  return (stats.mode & 0o055) === 0
    ? []
    : [warning(`Other users can list the files in ${path} (mode ${modeOf(stats)}).`, remedy)]
}

function judgeReaders(files: Entry[]): CheckResult[] {
  const open = files.filter(({ stats }) => (stats.mode & 0o077) !== 0)
  if (open.length === 0) return []
  return [fault(`Other users can access: ${listed(open, modeOf)}.`, `chmod go= ${pathsOf(open)}`)]
}

/** A command that root runs in the folder of the service can leave files there that the service cannot open. */
function judgeOwners(entries: Entry[], owner: number): CheckResult[] {
  const foreign = entries.filter(({ stats }) => stats.uid !== owner)
  if (foreign.length === 0) return []
  return [
    fault(
      `The folder belongs to user ${owner}, but these files do not: ${listed(foreign, ({ uid }) => `user ${uid}`)}.`,
      `chown ${owner} ${pathsOf(foreign)}, and run all commands as the user of the service.`,
    ),
  ]
}

/** For root, `access` ignores the mode, so the mode is checked as well. */
async function judgeWriting(entries: Entry[]): Promise<CheckResult[]> {
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
      `Not writable: ${listed(readOnly, modeOf)}.`,
      `chmod u+w ${pathsOf(readOnly)}, or mount the file system writable if it is mounted read-only.`,
    ),
  ]
}

function listed(entries: Entry[], describe: (stats: Stats) => string) {
  return entries.map(({ path, stats }) => `${basename(path)} (${describe(stats)})`).join(', ')
}

function pathsOf(entries: Entry[]) {
  return entries.map(({ path }) => path).join(' ')
}

const bytesPerMegabyte = 1_000_000

export async function checkDisk({ config: { dataDir }, cwd, freeSpace }: Installation): Promise<CheckResult[]> {
  const folder = (await statOf(dataDir)) === undefined ? cwd : dataDir
  const megabytes = Math.floor((await freeSpace(folder)) / bytesPerMegabyte)
  const message = `${megabytes.toLocaleString('en')} MB of disk space are free for ${dataDir}.`
  const remedy =
    'Free disk space, or move the folder (DATA_DIR) to a larger disk. When the disk is full, users cannot sign in.'
  if (megabytes < 100) return [fault(message, remedy)]
  return [megabytes < 1000 ? warning(message, remedy) : ok(message)]
}
