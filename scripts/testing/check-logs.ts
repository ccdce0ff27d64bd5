import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The marks of secrets. Every password in tests contains the first one, in any case. The second one matches the
 * beginning of access tokens, refresh tokens, client secrets, links in messages and device tokens.
 */
const secretMarks = [/not-for-logs|PRIVATE KEY/i, /(?<![\w-])(eyJ[\w-]{8}|(rt|cs|pr|ev|dt|inv)_[\w-]{20})/]

/** Key IDs are public and random, and may begin like a secret. */
const keyIds = /"kid":"[\w-]{43}"/g

/**
 * Searches all logs for secrets.
 * @returns the number of lines searched
 * @throws {Error} when a line contains a secret or is not JSON
 */
export async function checkLogs(folder: string): Promise<number> {
  let count = 0
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.log'))) {
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '')) {
      count++
      const searched = line.replaceAll(keyIds, '')
      if (secretMarks.some((mark) => mark.test(searched))) throw new Error(`A secret was logged: ${line.slice(0, 500)}`)
      if (!isObject(line)) throw new Error(`A line of the log is not a JSON object: ${line.slice(0, 500)}`)
    }
  }
  return count
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
