import { styleText } from 'node:util'
import { StartError } from '../errors/index.ts'
import type { ProgramOptions } from './context.ts'

export type Color = 'red' | 'yellow' | 'green' | 'cyan' | 'gray' | 'bold'

export type Output = ReturnType<typeof createOutput>

export interface OutputOptions {
  json?: boolean
}

/** Writes what people and programs read, with colours and widths of the terminal, if there is one. */
export function createOutput({ env, stdout, stderr }: Pick<ProgramOptions, 'env' | 'stdout' | 'stderr'>) {
  /**
   * Writes to standard output, and waits until it is taken.
   * @throws {StartError} when the reader has closed the pipe, or the disk is full
   */
  function write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      stdout.write(text, (error) => (error instanceof Error ? reject(unwritten(error)) : resolve()))
    })
  }

  function colored(color: Color, text: string): string {
    return showsColors(stdout, env) ? styleText(color, text, { validateStream: false }) : text
  }

  return {
    write,
    colored,

    /** Writes a text for people, or the same as JSON for programs, to standard output. */
    print: (text: string, data: object, { json = false }: OutputOptions) =>
      write(`${json ? JSON.stringify(data, null, 2) : text}\n`),

    /** Writes to standard error, for people: standard output has the log, or what programs read. */
    say(text: string) {
      stderr.write(`${text}\n`)
    },

    /** The width of the terminal; undefined where standard output is none. */
    columns: stdout.isTTY === true ? stdout.columns : undefined,
  }
}

/** Follows Node's own rules: FORCE_COLOR, then NO_COLOR, then what the terminal can do. */
function showsColors(stream: ProgramOptions['stdout'], env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined) return ['', '1', 'true', '2', '3'].includes(env.FORCE_COLOR)
  if (env.NO_COLOR !== undefined || env.NODE_DISABLE_COLORS !== undefined) return false
  return stream.isTTY === true && (stream.getColorDepth === undefined || stream.getColorDepth(env) > 2)
}

function unwritten(cause: Error) {
  const isClosed = 'code' in cause && cause.code === 'EPIPE'
  return new StartError(
    [isClosed ? 'The reader of the output has ended' : `Standard output cannot be written: ${cause.message}`],
    { cause },
  )
}

/** `12,345` */
export function digitsOf(number: number): string {
  return number.toLocaleString('en')
}

/** @param iso ISO 8601. @returns `2026-11-25 09:40 UTC`; a dash for none */
export function timeOf(iso: string | null): string {
  return iso === null ? '-' : `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
