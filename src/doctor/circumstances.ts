import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Config } from '../config.ts'
import type { Settings } from '../settings.ts'
import type { Look } from '../store/look.ts'

/** What Latchkey runs on. */
export interface Machine {
  /** The variables of the process and of `./.env`. */
  environment: () => NodeJS.ProcessEnv
  envFile: string
  /** `20.19.0` */
  nodeVersion: string
  /** Who runs this; undefined on Windows, whose files have no mode. */
  user: number | undefined
  cores: number
  /** Bytes that may yet be written. */
  freeSpace: (folder: string) => Promise<number>
  /** Milliseconds since the epoch. */
  now: () => number
}

/** A machine with settings that can be read. */
export interface Installation extends Machine {
  settings: Settings
  config: Config
}

/** An installation whose database can be read. */
export interface Examined extends Installation {
  database: Look
}

/** This machine, as it is. */
export function thisMachine (environment: () => NodeJS.ProcessEnv): Machine {
  return {
    environment,
    envFile: '.env',
    nodeVersion: process.versions.node,
    user: process.getuid?.(),
    cores: availableParallelism(),
    freeSpace: async (folder) => {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    now: Date.now,
  }
}

/** Only this machine can reach it: a name or an address, in brackets too. */
export function isLoopback (host: string) {
  return /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)
}
