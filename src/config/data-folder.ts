import { randomBytes } from 'node:crypto'
import { constants, copyFile, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../errors/index.ts'
import { errorCodeOf } from '../lib/error-code.ts'

/** Creates the folder for its owner only, unless it exists. */
export async function createDataFolder(path: string) {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new StartError([`Cannot create the data folder ${path}: ${reasonOf(cause)}`], { cause })
  }
}

/**
 * Reads a secret from a file in the data folder, or creates the file for its owner only.
 * If several instances start at the same time, one of them creates the file atomically.
 * @param mayCreate false if there is data that needs an earlier secret
 * @returns 43 characters of base64url, from 32 random bytes
 */
export async function loadOrCreateSecret(folder: string, name: string, mayCreate: boolean): Promise<string> {
  const path = join(folder, name)
  const secret = await readSecret(folder, name)
  if (secret !== undefined) return secret
  if (mayCreate) {
    return createSecret(path).catch((cause) => {
      throw toStartError(path, cause)
    })
  }
  throw new StartError([
    `The secret ${path} is missing, but the database was created with it. Restore the file from your copy. If you ` +
      'have none, see docs/operations/keys-and-secrets.md.',
  ])
}

/** Reads a secret from a file in the data folder. @returns undefined if the file does not exist */
export async function readSecret(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name)
  return readSecretFile(path).catch((cause) => {
    throw toStartError(path, cause)
  })
}

function toStartError(path: string, cause: unknown) {
  return cause instanceof StartError
    ? cause
    : new StartError([`Cannot read or create the secret ${path}: ${reasonOf(cause)}`], { cause })
}

async function createSecret(path: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(randomBytes(32).toString('base64url') + '\n')
    await file.sync()
    await publish(draft, path)
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
  const secret = await readSecretFile(path)
  if (secret === undefined) throw new StartError([`The secret ${path} disappeared while it was being created.`])
  return secret
}

/** Gives a complete file its final name, unless a file of that name exists. */
async function publish(draft: string, path: string) {
  try {
    await link(draft, path)
  } catch (error) {
    // CIFS, exFAT and Windows drives under WSL often lack hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCodeOf(error) ?? '')) throw error
    await copyFile(draft, path, constants.COPYFILE_EXCL)
  }
}

async function readSecretFile(path: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(path, 'utf8')).trim()
    if (Buffer.byteLength(secret) < 32) {
      throw new StartError([`The secret in ${path} is shorter than 32 bytes. Restore the file from your copy.`])
    }
    return secret
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function reasonOf(cause: unknown) {
  // For a recursive mkdir on a read-only file system, Node.js reports ENOENT.
  if (errorCodeOf(cause) === 'EROFS' || errorCodeOf(cause) === 'ENOENT') {
    return (
      'the file system is read-only or a parent folder is missing. Mount it writable, or set DATA_DIR to a writable ' +
      'folder.'
    )
  }
  return cause instanceof Error ? cause.message : String(cause)
}
