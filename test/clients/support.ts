import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const programs = new URL('programs/', import.meta.url)

/**
 * Runs a program of `test/clients/programs`.
 * @returns the JSON values that it prints, one per line
 */
export async function runProgram(name: string, environment: NodeJS.ProcessEnv): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL(name, programs))], {
    env: { PATH: process.env.PATH, ...environment },
  })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
