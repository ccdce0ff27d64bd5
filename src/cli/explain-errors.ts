import { ApiError, StartError } from '../errors/index.ts'
import type { CommandContext } from './context.ts'

/** Does the work of a command; a refusal is explained to people, and makes the exit code 1. */
export async function explainErrors(context: CommandContext, headline: string, work: () => Promise<void>) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StartError || error instanceof ApiError)) throw error
    const faults = error instanceof StartError ? error.faults : [error.message]
    context.say(`${headline}\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
    context.exitCode = 1
  }
}
