import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** @returns the paths of all files in a folder and its subfolders, without packages and caches */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return [path]
    return ['node_modules', '.cache'].includes(entry.name) ? [] : filesIn(path)
  })
}
