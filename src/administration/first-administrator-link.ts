import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDataFolder } from '../config/index.ts'
import type { AdministratorLink } from './first-administrator.ts'

interface Options {
  dataDir: string
  /** Shows a text on the operator's terminal; undefined where there is none, since logs are read by others. */
  show: ((text: string) => void) | undefined
  /** Milliseconds since the epoch. */
  now?: () => number
}

interface Dependencies {
  /** @returns undefined while there is an administrator */
  invite: () => Promise<AdministratorLink | undefined>
  log: { warn: (details: object, message: string) => void }
}

const minuteMs = 60_000

/**
 * Hands the link of the first administrator to the operator: on their terminal, or in a file that only they can read,
 * which is deleted when the link has expired. It is never logged, since many people read logs.
 */
export function createFirstAdministratorLink(
  { invite, log }: Dependencies,
  { dataDir, show, now = Date.now }: Options,
) {
  const path = join(dataDir, 'first-administrator.txt')
  let writtenLink: AdministratorLink | undefined

  async function deleteExpired() {
    if (writtenLink === undefined || (await writtenLink.isOpen())) return
    // A service that was started later may have replaced it.
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.includes(writtenLink.url)) await rm(path, { force: true })
    writtenLink = undefined
  }

  /** The file appears complete, and replaces that of a previous start. */
  async function writeLink(link: AdministratorLink) {
    await createDataFolder(dataDir)
    const draft = `${path}.${randomBytes(6).toString('hex')}`
    await writeFile(draft, `${textOf(link, now())}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
    writtenLink = link
    log.warn(
      { file: path, expires_at: new Date(link.expiresAt).toISOString() },
      'there is no administrator: whoever opens the link in this file becomes the first',
    )
  }

  async function hand(link: AdministratorLink | undefined) {
    if (link !== undefined && show === undefined) return writeLink(link)
    await rm(path, { force: true })
    if (link !== undefined) show?.(`\n${textOf(link, now()).replace(/^/gm, '  ')}\n`)
  }

  return {
    /** Deletes the file when its link has expired. Called at intervals. */
    deleteExpired,

    /** Offers the link when the service listens. A failure is logged; the service runs without it. */
    async offer() {
      try {
        await hand(await invite())
      } catch (err) {
        log.warn(
          { err, file: path },
          'no link for the first administrator could be handed over; make one with: latchkey users create NAME --admin',
        )
      }
    },
  }
}

function textOf({ url, expiresAt }: AdministratorLink, time: number) {
  const minutes = Math.ceil((expiresAt - time) / minuteMs)
  const duration = minutes === 1 ? 'a minute' : `${minutes} minutes`
  return [
    'There is no administrator yet. Whoever opens this link first makes the account of one:',
    url,
    `It is good once, and for ${duration}. After that a restart makes another one.`,
  ].join('\n')
}
