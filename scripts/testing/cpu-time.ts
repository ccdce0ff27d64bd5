import { readFile } from 'node:fs/promises'

const clockTicksPerSecond = 100

/**
 * Reads the CPU time of this process and of all its descendants that have ended, in seconds, user and system.
 * `process.resourceUsage` does not include the descendants.
 * @returns undefined on systems without /proc
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
