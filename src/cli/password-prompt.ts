import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { type ApiError, StartError } from '../errors/index.ts'
import { readLines } from '../lib/read-lines.ts'

/** The terminal on which a password is typed. */
interface Terminal {
  input: NodeJS.ReadableStream
  output: { write: (text: string) => unknown }
}

const maxTries = 3

/**
 * Asks for a new password, twice, and shows nothing of what is typed.
 * @param objectionTo what is wrong with a password, if anything
 * @throws {StartError} when the prompt is left (Ctrl-C, Ctrl-D), or after three tries
 */
export async function promptForPassword(
  { input, output }: Terminal,
  objectionTo: (password: string) => ApiError | undefined,
): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  // It turns the terminal's echo off, and edits the line.
  const editor = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  const closed = new AbortController()
  editor.once('close', () => {
    closed.abort()
  })

  async function ask(prompt: string): Promise<string> {
    const answer = editor.question('', { signal: closed.signal })
    output.write(prompt)
    try {
      return await answer
    } catch (cause) {
      throw new StartError(['No password was given.'], { cause })
    } finally {
      output.write('\n')
    }
  }

  try {
    for (let tries = 0; tries < maxTries; tries++) {
      const password = await ask('Password: ')
      const objection = objectionTo(password)
      if (objection !== undefined) output.write(`${objection.message}\n`)
      else if ((await ask('The same again: ')) === password) return password
      else output.write('That was another one.\n')
    }
    throw new StartError(['No password was chosen in three tries.'])
  } finally {
    editor.close()
  }
}

/** Reads a password that a program writes as one line. @throws {StartError} when it is not one line of UTF-8 */
export async function readPassword(input: AsyncIterable<Buffer>): Promise<string> {
  const lines = []
  for await (const { text } of readLines(input)) lines.push(text)
  const [password, ...more] = lines
  if (password === undefined || more.length > 0) {
    throw new StartError([`Standard input has ${lines.length} lines; the password is one.`])
  }
  if (typeof password !== 'string') throw new StartError([password.fault])
  return password
}
