import { execFile } from 'node:child_process'

/**
 * Runs an npm command. The exit code 1 is not treated as an error.
 * @returns the output of the command
 */
export function npm(...parameters: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile('npm', parameters, { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    )
  })
}
