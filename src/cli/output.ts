import { StartError } from '../errors/index.ts'

export interface OutputOptions {
  json?: boolean
}

/** To standard output: a text for people, or what it says as JSON for programs. */
export function print(text: string, data: object, { json = false }: OutputOptions) {
  process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text}\n`)
}

/** An error of the output is told to whoever writes; unheard, it would end the process. */
function hear() {}

/**
 * To standard output; waits for whoever reads it.
 * @throws {StartError} when nobody does any more, or its disk is full
 */
export function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.stdout.listeners('error').includes(hear)) process.stdout.on('error', hear)
    process.stdout.write(text, (error) => (error instanceof Error ? reject(unwritten(error)) : resolve()))
  })
}

function unwritten(cause: Error) {
  const isLeft = 'code' in cause && cause.code === 'EPIPE'
  return new StartError(
    [isLeft ? 'Nobody reads any more what it writes' : `Standard output cannot be written on: ${cause.message}`],
    { cause },
  )
}

/** To standard error, for people: standard output has the log, or what programs read. */
export function say(text: string) {
  process.stderr.write(`${text}\n`)
}

/** `12,345` */
export function digitsOf(number: number): string {
  return number.toLocaleString('en')
}

/** @param iso ISO 8601. @returns `2026-11-25 09:40 UTC`; a dash for none */
export function timeOf(iso: string | null): string {
  return iso === null ? '-' : `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
