import { styleText } from 'node:util'
import { StartError } from '../errors/index.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import type { ProgramOptions } from './context.ts'

export type Color = 'red' | 'yellow' | 'green' | 'cyan' | 'gray' | 'bold'

export type Output = ReturnType<typeof createOutput>

export interface OutputOptions {
  json?: boolean
}

/** The reader of standard output has closed the pipe, as `head` does when it has enough lines. */
export class ClosedOutput extends Error {
  constructor(cause: Error) {
    super('standard output was closed', { cause })
  }
}

/** Writes output for people and for programs, with the colors and the width of the terminal. */
export function createOutput({ env, stdout, stderr }: Pick<ProgramOptions, 'env' | 'stdout' | 'stderr'>) {
  /**
   * Writes to standard output and waits until the text is written.
   * @throws {ClosedOutput} when the reader has closed the pipe
   * @throws {StartError} when the disk is full, for example
   */
  function write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      stdout.write(text, (error) => (error instanceof Error ? reject(toWriteError(error)) : resolve()))
    })
  }

  function colored(color: Color, text: string): string {
    return showsColors(stdout, env) ? styleText(color, text, { validateStream: false }) : text
  }

  return {
    write,
    colored,

    /** Writes a text for people, or JSON for programs, to standard output. */
    print: (text: string, data: object, { json = false }: OutputOptions) =>
      write(`${json ? JSON.stringify(data, null, 2) : text}\n`),

    /** Writes to standard error for people. Standard output is for the log and for programs. */
    say(text: string) {
      stderr.write(`${text}\n`)
    },

    /** The width of the terminal; undefined when standard output is not a terminal. */
    columns: stdout.isTTY === true ? stdout.columns : undefined,
  }
}

/** Follows the rules of Node.js: FORCE_COLOR, then NO_COLOR, then the abilities of the terminal. */
function showsColors(stream: ProgramOptions['stdout'], env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined) return ['', '1', 'true', '2', '3'].includes(env.FORCE_COLOR)
  if (env.NO_COLOR !== undefined || env.NODE_DISABLE_COLORS !== undefined) return false
  return stream.isTTY === true && (stream.getColorDepth === undefined || stream.getColorDepth(env) > 2)
}

function toWriteError(cause: Error) {
  if (errorCodeOf(cause) === 'EPIPE') return new ClosedOutput(cause)
  return new StartError([`Cannot write to standard output: ${cause.message}`], { cause })
}

/** `12,345` */
export function digitsOf(number: number): string {
  return number.toLocaleString('en')
}

/** @param iso ISO 8601 @returns `2026-11-25 09:40 UTC`; a dash for null */
export function timeOf(iso: string | null): string {
  return iso === null ? '-' : `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
