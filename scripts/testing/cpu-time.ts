import { readFile } from 'node:fs/promises'

const clockTicksPerSecond = 100

/**
 * CPU seconds, user and system, of this process and of all descendants that have ended and been waited for, which
 * `process.resourceUsage` leaves out.
 * @returns undefined where there is no /proc
 */
export async function cpuSeconds(): Promise<number | undefined> {
  try {
    const line = await readFile('/proc/self/stat', 'utf8')
    // proc(5): the fields after the name, which may contain spaces: utime, stime, cutime and cstime.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / clockTicksPerSecond
  } catch {
    return undefined
  }
}
