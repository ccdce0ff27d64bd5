import { createInterface } from 'node:readline/promises'
import { StartError } from '../errors/index.ts'
import type { CommandContext } from './context.ts'

/**
 * Asks the operator for a confirmation, for commands with the option `--yes`.
 * @param otherwise what has not happened without it, a sentence
 * @throws {StartError} when the answer is not yes or there is no terminal
 */
export async function confirm({ stdin, stderr }: CommandContext, question: string, otherwise: string) {
  if (stdin.isTTY !== true) {
    throw new StartError([
      `${question} The command cannot ask for confirmation without a terminal. To confirm, add --yes.`,
    ])
  }
  const prompt = createInterface({ input: stdin, output: stderr })
  const closed = new AbortController()
  prompt.once('close', () => {
    closed.abort()
  })
  const answer = await prompt.question(`${question} [y/N] `, { signal: closed.signal }).catch(() => '')
  prompt.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new StartError([`Not confirmed. ${otherwise}`])
}
