import { isAbsolute, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { LogStream } from '../lib/log-destination.ts'
import { readEnvFile } from './env-file.ts'
import { createOutput } from './output.ts'

/** A stream that may be a terminal. */
type InputStream = Readable & { isTTY?: boolean }

/** A stream that may be a terminal; `columns` is its width. */
type OutputStream = Writable & {
  isTTY?: boolean
  columns?: number
  getColorDepth?: (env: object) => number
}

/** Sends SIGINT and SIGTERM, as `process` does. */
export interface Signals {
  on: (signal: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown
  off: (signal: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown
}

/** All that the command line knows of the process that runs it. */
export interface ProgramOptions {
  /** The variables of the process. */
  env: NodeJS.ProcessEnv
  /** `24.11.0` */
  nodeVersion: string
  /** Relative paths start here, and `.env` is read from here; `.` is the folder of the process. */
  cwd: string
  stdin: InputStream
  stdout: OutputStream
  stderr: OutputStream
  /** Without it long commands cannot be interrupted. */
  signals?: Signals
  /** Takes the log of the service; without it the log goes to file descriptor 1. */
  logStream?: LogStream
}

export type CommandContext = ReturnType<typeof createContext>

/** The surroundings of a command: its streams, its settings and its exit code. */
export function createContext(options: ProgramOptions) {
  const { env, nodeVersion, cwd, stdout, stderr, signals, logStream } = options

  // Messages show paths as they were given.
  const resolve = (path: string) => (cwd === '.' || isAbsolute(path) ? path : join(cwd, path))

  return {
    ...createOutput({ env, stdout, stderr }),
    env,
    nodeVersion,
    /** Opened only by commands that read it. */
    get stdin() {
      return options.stdin
    },
    stdout,
    stderr,
    signals,
    logStream,
    cwd,
    resolve,

    /**
     * Reads `.env`. Variables of the process override those of the file, unless they are empty.
     * @throws {StartError} when the file cannot be read, or says something else than its author meant
     */
    readEnvironment: (): NodeJS.ProcessEnv => ({
      ...readEnvFile(resolve('.env')),
      ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    }),

    /** The exit code of the process. A command sets it when it fails in part. */
    exitCode: 0,
  }
}
