import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDataFolder } from '../config/index.ts'
import type { AdministratorLink } from './first-administrator.ts'

interface Options {
  dataDir: string
  /** Shows a text to a person, where there is one; nobody else reads it, now or later. */
  show: ((text: string) => void) | undefined
  /** Milliseconds since the epoch. */
  now?: () => number
}

interface Dependencies {
  /** @returns undefined while there is an administrator */
  invite: () => Promise<AdministratorLink | undefined>
  log: { warn: (details: object, message: string) => void }
}

const minute = 60_000

/**
 * Hands the link of the first administrator to whoever runs the service: on their terminal, or in a
 * file for its owner alone, which is gone when the link is over. In no log: these are read by many.
 */
export function createFirstAdministratorLink(
  { invite, log }: Dependencies,
  { dataDir, show, now = Date.now }: Options,
) {
  const path = join(dataDir, 'first-administrator.txt')
  let kept: AdministratorLink | undefined

  async function tidy() {
    if (kept === undefined || (await kept.isOpen())) return
    // A service that was started later may have put its own there.
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.includes(kept.url)) await rm(path, { force: true })
    kept = undefined
  }

  /** It comes into being whole, and replaces that of another start. */
  async function keep(link: AdministratorLink) {
    await createDataFolder(dataDir)
    const draft = `${path}.${randomBytes(6).toString('hex')}`
    await writeFile(draft, `${textOf(link, now())}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
    kept = link
    log.warn(
      { file: path, expires_at: new Date(link.expiresAt).toISOString() },
      'there is no administrator: whoever opens the link in this file becomes the first',
    )
  }

  async function hand(link: AdministratorLink | undefined) {
    if (link !== undefined && show === undefined) return keep(link)
    await rm(path, { force: true })
    if (link !== undefined) show?.(`\n${textOf(link, now()).replace(/^/gm, '  ')}\n`)
  }

  return {
    /** Now and then. */
    tidy,

    /** To be done when the service listens. The service runs without it, too. */
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
  const minutes = Math.ceil((expiresAt - time) / minute)
  return [
    'There is no administrator yet. Whoever opens this link first makes the account of one:',
    url,
    `It is good once, and for ${minutes === 1 ? 'a minute' : `${minutes} minutes`}. After that a restart makes another one.`,
  ].join('\n')
}
