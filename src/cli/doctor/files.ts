import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { errorCodeOf } from '../../lib/error-code.ts'

/** @returns undefined when the file does not exist */
export async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** `640` */
export function modeOf({ mode }: Stats) {
  return (mode & 0o777).toString(8).padStart(3, '0')
}
