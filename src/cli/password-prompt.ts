import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { type ApiError, StartError } from '../errors/index.ts'
import { readLines } from '../lib/read-lines.ts'

/** Where a password is typed. */
export interface Keyboard {
  input: NodeJS.ReadableStream
  /** Shows a text as it is. */
  show: (text: string) => unknown
}

/** What is wrong with a password, if anything. */
type Judge = (password: string) => ApiError | undefined

const tries = 3

/**
 * Asks for a new password, twice, and shows nothing of what is typed.
 * @throws {StartError} when it was left, or three were no good
 */
export async function chooseHidden({ input, show }: Keyboard, objectionTo: Judge): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  // It takes the terminal's echo away, and does the editing.
  const typing = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  const left = new AbortController()
  typing.once('close', () => {
    left.abort()
  })

  async function ask(prompt: string): Promise<string> {
    const answer = typing.question('', { signal: left.signal })
    show(prompt)
    try {
      return await answer
    } catch (cause) {
      throw new StartError(['No password was given.'], { cause })
    } finally {
      show('\n')
    }
  }

  try {
    for (let left = tries; left > 0; left--) {
      const password = await ask('Password: ')
      const objection = objectionTo(password)
      if (objection !== undefined) show(`${objection.message}\n`)
      else if ((await ask('The same again: ')) === password) return password
      else show('That was another one.\n')
    }
    throw new StartError(['No password was chosen in three tries.'])
  } finally {
    typing.close()
  }
}

/** The one line that a program writes. @throws {StartError} when it is not one line of UTF-8 */
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
