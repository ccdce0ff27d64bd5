import { ApiError, StartError } from '../errors/index.ts'
import type { CommandContext } from './context.ts'
import { ClosedOutput } from './output.ts'

/**
 * Runs a command. If it fails, prints its errors as commander does, one per line, and sets the exit code to 1.
 * @param headline printed above the errors
 */
export async function explainErrors(context: CommandContext, work: () => Promise<void>, headline?: string) {
  try {
    await work()
  } catch (error) {
    // Other tools end quietly as well when `head` or a pager has closed the pipe.
    if (error instanceof ClosedOutput) return
    if (!(error instanceof StartError || error instanceof ApiError)) throw error
    const faults = error instanceof StartError ? error.faults : [error.message]
    const lines =
      headline === undefined
        ? faults.map((fault) => `error: ${fault}`)
        : [headline, ...faults.map((fault) => `- ${fault}`)]
    context.say(lines.join('\n'))
    context.exitCode = 1
  }
}
