import { execFile } from 'node:child_process'

/** What an npm command wrote; it ends with an error where it has something to say. */
export function npm(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile('npm', parameters, { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    )
  })
}
