import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Config, Settings } from '../../config/index.ts'
import type { Inspection } from '../../store/index.ts'
import type { CommandContext } from '../context.ts'

/** The machine on which Latchkey runs. */
export interface Machine extends Pick<CommandContext, 'cwd' | 'nodeVersion' | 'resolve'> {
  /** The variables of the process and of `./.env`. */
  environment: () => NodeJS.ProcessEnv
  envFile: string
  /** The id of the user that runs this; undefined on Windows, whose files have no mode. */
  user: number | undefined
  /** The cores that the container may use, if there is one. */
  cores: number
  /** Bytes that can still be written. */
  freeSpace: (folder: string) => Promise<number>
  /** Milliseconds since the epoch. */
  now: () => number
  /** Milliseconds after which a silent server is given up. */
  timeouts: { service: number; mail: number; database: number }
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

/** The machine that this runs on. */
export function thisMachine({
  cwd,
  nodeVersion,
  resolve,
  readEnvironment,
}: Pick<CommandContext, 'cwd' | 'nodeVersion' | 'resolve' | 'readEnvironment'>): Machine {
  return {
    cwd,
    nodeVersion,
    resolve,
    environment: readEnvironment,
    envFile: resolve('.env'),
    user: process.getuid?.(),
    cores: Math.min(availableParallelism(), coresAllowed(textOf('/sys/fs/cgroup/cpu.max'))),
    freeSpace: async (folder) => {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    now: Date.now,
    timeouts: { service: 3000, mail: 8000, database: 8000 },
  }
}

/** Whether only this machine can reach a host, given as a name or an address, also in brackets. */
export function isLoopback(host: string) {
  return /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)
}

/**
 * The cores that a container may use; Node.js before 22.12 does not know this limit.
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
