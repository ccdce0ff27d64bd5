import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDataFolder } from '../config/index.ts'
import type { AdministratorLink } from './first-administrator.ts'

interface Options {
  dataDir: string
  /** Shows a text on the operator's terminal; undefined if there is none. */
  show: ((text: string) => void) | undefined
  /** Milliseconds since the epoch. */
  now?: () => number
}

interface Dependencies {
  /** @returns undefined if there is an administrator */
  invite: () => Promise<AdministratorLink | undefined>
  log: { warn: (details: object, message: string) => void }
}

const minuteMs = 60_000

/**
 * Shows the link of the first administrator to the operator: on their terminal, or in a file that only they can read
 * and that is deleted when the link expires. It is never logged, since many people can read logs.
 */
export function createFirstAdministratorLink(
  { invite, log }: Dependencies,
  { dataDir, show, now = Date.now }: Options,
) {
  const path = join(dataDir, 'first-administrator.txt')
  let writtenLink: AdministratorLink | undefined

  async function deleteExpired() {
    if (writtenLink === undefined || (await writtenLink.isOpen())) return
    // A later start may have replaced the file.
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.includes(writtenLink.url)) await rm(path, { force: true })
    writtenLink = undefined
  }

  /** Replaces the file of a previous start. Readers never see an incomplete file. */
  async function writeLink(link: AdministratorLink) {
    await createDataFolder(dataDir)
    const draft = `${path}.${randomBytes(6).toString('hex')}`
    await writeFile(draft, `${textOf(link, now())}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
    writtenLink = link
    log.warn(
      { file: path, expires_at: new Date(link.expiresAt).toISOString() },
      'no administrator exists: open the link in this file to create the first one',
    )
  }

  async function showOrWrite(link: AdministratorLink | undefined) {
    if (link !== undefined && show === undefined) return writeLink(link)
    await rm(path, { force: true })
    if (link !== undefined) show?.(`\n${textOf(link, now()).replace(/^/gm, '  ')}\n`)
  }

  return {
    /** Deletes the file once its link has expired. Called at intervals. */
    deleteExpired,

    /** Offers the link when the service listens. A failure is logged, and the service keeps running. */
    async offer() {
      try {
        await showOrWrite(await invite())
      } catch (err) {
        log.warn(
          { err, file: path },
          'first administrator link failed: create an administrator with latchkey users create NAME --admin',
        )
      }
    },
  }
}

function textOf({ url, expiresAt }: AdministratorLink, time: number) {
  const minutes = Math.ceil((expiresAt - time) / minuteMs)
  const duration = minutes === 1 ? 'a minute' : `${minutes} minutes`
  return [
    'There is no administrator yet. To create the first one, open this link, and keep it secret until then:',
    url,
    `The link works once and expires in ${duration}. After that, a restart of Latchkey gives a new one.`,
  ].join('\n')
}
