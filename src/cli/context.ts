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

/** Everything that the command line knows about its process. */
export interface ProgramOptions {
  /** The environment variables of the process. */
  env: NodeJS.ProcessEnv
  /** `24.11.0` */
  nodeVersion: string
  /** The folder of `.env` and of relative paths; `.` is the working folder of the process. */
  cwd: string
  stdin: InputStream
  stdout: OutputStream
  stderr: OutputStream
  /** Without signals, long commands cannot be interrupted. */
  signals?: Signals
  /** Receives the log of the service; the default is file descriptor 1. */
  logStream?: LogStream
}

export type CommandContext = ReturnType<typeof createContext>

/** The streams, the settings and the exit code of a command. */
export function createContext(options: ProgramOptions) {
  const { env, nodeVersion, cwd, stdout, stderr, signals, logStream } = options

  // Messages show paths as the operator typed them.
  const resolve = (path: string) => (cwd === '.' || isAbsolute(path) ? path : join(cwd, path))

  return {
    ...createOutput({ env, stdout, stderr }),
    env,
    nodeVersion,
    /** A getter, because the first access opens standard input. */
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
     * Reads `.env`. Variables of the process override those of the file unless they are empty.
     * @throws {StartError} when the file cannot be read or contains a mistake
     */
    readEnvironment: (): NodeJS.ProcessEnv => ({
      ...readEnvFile(resolve('.env')),
      ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    }),

    /** The exit code of the process. A command that fails in part sets it. */
    exitCode: 0,
  }
}
