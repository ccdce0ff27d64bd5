import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { type Config, poolThreadsOf, type Settings } from '../../config/index.ts'
import type { Inspection } from '../../store/index.ts'
import type { CommandContext } from '../context.ts'

/** The machine on which Latchkey runs. */
export interface Machine extends Pick<CommandContext, 'cwd' | 'env' | 'nodeVersion' | 'resolve'> {
  /** The variables of the process and `./.env`. */
  environment: () => NodeJS.ProcessEnv
  envFile: string
  /** The id of the user that runs the command; undefined on Windows, where files have no mode. */
  user: number | undefined
  /** CPU cores that this process may use. */
  cores: number
  /** Threads that compute password hashes, read files and resolve host names. */
  poolThreads: number
  /** @returns free bytes */
  freeSpace: (folder: string) => Promise<number>
  /** Milliseconds since the epoch. */
  now: () => number
  /** Milliseconds to wait for each server. */
  timeouts: { service: number; mail: number; database: number }
}

/** A machine with valid settings. */
export interface Installation extends Machine {
  settings: Settings
  config: Config
}

/** An installation with a readable database. */
export interface Examined extends Installation {
  database: Inspection
}

/** Describes the machine that runs the command. */
export function thisMachine({
  cwd,
  env,
  nodeVersion,
  resolve,
  readEnvironment,
}: Pick<CommandContext, 'cwd' | 'env' | 'nodeVersion' | 'resolve' | 'readEnvironment'>): Machine {
  return {
    cwd,
    env,
    nodeVersion,
    resolve,
    environment: readEnvironment,
    envFile: resolve('.env'),
    user: process.getuid?.(),
    cores: Math.min(availableParallelism(), coresAllowed(textOf('/sys/fs/cgroup/cpu.max'))),
    poolThreads: poolThreadsOf(env),
    freeSpace: async (folder) => {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    now: Date.now,
    timeouts: { service: 3000, mail: 8000, database: 8000 },
  }
}

/** @param host a name or an IP address, also in brackets */
export function isLoopback(host: string) {
  return /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)
}

/**
 * The CPU cores that a container may use. Node.js before 22.12 ignores this limit.
 * @param limit a quota and a period in microseconds; see "cpu.max" in the kernel's cgroup-v2.rst
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
