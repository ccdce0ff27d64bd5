import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Config, Settings } from '../../config/index.ts'
import type { Inspection } from '../../store/index.ts'

/** What Latchkey runs on. */
export interface Machine {
  /** The variables of the process and of `./.env`. */
  environment: () => NodeJS.ProcessEnv
  envFile: string
  /** `20.19.0` */
  nodeVersion: string
  /** Who runs this; undefined on Windows, whose files have no mode. */
  user: number | undefined
  /** With what a container may use of them. */
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
  database: Inspection
}

/** This machine, as it is. */
export function thisMachine(environment: () => NodeJS.ProcessEnv): Machine {
  return {
    environment,
    envFile: '.env',
    nodeVersion: process.versions.node,
    user: process.getuid?.(),
    cores: Math.min(availableParallelism(), coresAllowed(textOf('/sys/fs/cgroup/cpu.max'))),
    freeSpace: async (folder) => {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    now: Date.now,
  }
}

/** Only this machine can reach it: a name or an address, in brackets too. */
export function isLoopback(host: string) {
  return /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)
}

/**
 * What a container may use, of which Node.js before 22.12 knows nothing.
 * @param limit microseconds of work in a period, and the period; see "cpu.max" in the kernel's cgroup-v2.rst
 */
export function coresAllowed(limit: string): number {
  const [, quota, period] = /^(\d+) (\d+)$/.exec(limit) ?? []
  return quota === undefined || period === undefined ? Infinity : Math.max(1, Math.ceil(Number(quota) / Number(period)))
}

function textOf(path: string) {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
