import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { type ApiError, StartError } from '../errors/index.ts'
import { readLines } from '../lib/read-lines.ts'

/** The terminal on which the password is typed. */
interface Terminal {
  input: NodeJS.ReadableStream
  output: { write: (text: string) => unknown }
}

const maxAttempts = 3

/**
 * Asks for a new password twice, without echo.
 * @param objectionTo returns an error for a password that breaks the rules
 * @throws {StartError} when the operator cancels (Ctrl-C, Ctrl-D), or after three attempts
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
  // Readline edits the line and turns off the echo of the terminal.
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
      throw new StartError(['No password was entered.'], { cause })
    } finally {
      output.write('\n')
    }
  }

  try {
    for (let attempts = 0; attempts < maxAttempts; attempts++) {
      const password = await ask('Password: ')
      const objection = objectionTo(password)
      if (objection !== undefined) output.write(`${objection.message}\n`)
      else if ((await ask('Repeat the password: ')) === password) return password
      else output.write('The passwords do not match.\n')
    }
    throw new StartError(['No password was set after three attempts.'])
  } finally {
    editor.close()
  }
}

/** Reads a password from one line of input. @throws {StartError} when the input is not one line of UTF-8 */
export async function readPassword(input: AsyncIterable<Buffer>): Promise<string> {
  const lines = []
  for await (const { text } of readLines(input)) lines.push(text)
  const [password, ...more] = lines
  if (password === undefined || more.length > 0) {
    throw new StartError([`Standard input has ${lines.length} lines, but the password must be exactly one line.`])
  }
  if (typeof password !== 'string') throw new StartError([password.fault])
  return password
}
