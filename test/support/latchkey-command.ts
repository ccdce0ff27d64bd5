import type { Test } from 'tap'
import { run } from './spawn.ts'

/** Runs a command. @returns its exit code and what it has said, in which there is no stack and no secret */
export async function latchkey(t: Test, folder: string, environment: NodeJS.ProcessEnv, ...parameters: string[]) {
  const { code, stdout, stderr } = await run(t, { folder, environment, parameters })
  t.notMatch([...stdout, ...stderr].join('\n'), /^\s+at |node_modules|not-for-logs|SqliteError/m, parameters.join(' '))
  return { code, stdout: stdout.join('\n'), stderr: stderr.join('\n') }
}
