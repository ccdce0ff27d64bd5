import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { filesIn } from '../files-in.ts'

/** The lanes, in the order in which they start. Slow lanes do not come last. */
export const lanes = ['upgrade', 'clients', 'packaging', 'browser', 'processes', 'in-process'] as const

export type Lane = (typeof lanes)[number]

export interface TestFile {
  path: string
  lane: Lane
  /** Whether the file must not share its process with others. */
  isAlone: boolean
}

const marker = /^\/\/ @lane (\S+)( alone)?\n/

/** Finds the test files in folders, or the named files. A first line `// @lane NAME [alone]` assigns the lane. */
export async function findTestFiles(paths: string[]): Promise<TestFile[]> {
  const found = await Promise.all(paths.map(testFilesIn))
  const unique = [...new Set(found.flat())].sort()
  if (unique.length === 0) throw new Error(`There is no test file in ${paths.join(', ')}.`)
  return Promise.all(unique.map(read))
}

async function testFilesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [join(path)]
  return filesIn(path).filter((name) => name.endsWith('.test.ts'))
}

async function read(path: string): Promise<TestFile> {
  const [, name = 'in-process', alone] = marker.exec(await readFile(path, 'utf8')) ?? []
  const lane = lanes.find((lane) => lane === name)
  if (lane === undefined) throw new Error(`${path} is in an unknown lane: ${name}. Lanes are ${lanes.join(', ')}.`)
  return { path, lane, isAlone: alone !== undefined }
}
