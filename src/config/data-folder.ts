import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../errors/index.ts'

/** Makes the folder, for its owner alone, if it is not there. */
export async function makeDataFolder(path: string) {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new StartError(
      [`The data folder ${path} cannot be made: ${cause instanceof Error ? cause.message : cause}`],
      { cause },
    )
  }
}

/**
 * The secret in a file of the data folder; made, for its owner alone, if it is not there.
 * Whoever starts first makes it: it comes into being whole, or not at all.
 * @param mayMake false when what it was made for is there already
 * @returns 43 characters of base64url, from 32 random bytes
 */
export async function keepSecret(folder: string, name: string, mayMake: boolean): Promise<string> {
  const path = join(folder, name)
  const secret = await findSecret(folder, name)
  if (secret !== undefined) return secret
  if (mayMake) {
    return makeSecret(path).catch((cause) => {
      throw unusable(path, cause)
    })
  }
  throw new StartError([
    `The secret ${path} is missing, and the database beside it was made with it. Restore the file from a backup, or start with a new database.`,
  ])
}

/** The same as far as it is there. */
export async function findSecret(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name)
  return readSecret(path).catch((cause) => {
    throw unusable(path, cause)
  })
}

function unusable(path: string, cause: unknown) {
  return cause instanceof StartError
    ? cause
    : new StartError(
        [`The secret ${path} can be neither read nor made: ${cause instanceof Error ? cause.message : cause}`],
        { cause },
      )
}

async function makeSecret(path: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(randomBytes(32).toString('base64url') + '\n')
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
  const secret = await readSecret(path)
  if (secret === undefined) throw new StartError([`The secret ${path} vanished while it was being made.`])
  return secret
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(path, 'utf8')).trim()
    if (Buffer.byteLength(secret) < 32) {
      throw new StartError([`The secret in ${path} is shorter than 32 bytes. Restore the file from a backup.`])
    }
    return secret
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string) {
  return error instanceof Error && 'code' in error && error.code === code
}
