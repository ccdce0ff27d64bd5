import { readdir, readFile } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where the code lies of which tests have to reach the lines. */
export const measuredFolders = ['src', 'plugins', 'routes']

export interface FileCoverage {
  path: string
  /** Numbers of the lines with code. */
  lines: number[]
  /** Those of them that no test has reached. */
  missed: number[]
}

/**
 * Brings together what the workers have recorded.
 * @param recorded the folder with their records
 * @param compiled the folder with what they have run
 */
export async function readCoverage(recorded: string, compiled: string): Promise<FileCoverage[]> {
  const records = new Map<string, Profiler.FunctionCoverage[][]>()
  for (const name of await readdir(recorded)) {
    const scripts: Profiler.ScriptCoverage[] = JSON.parse(await readFile(join(recorded, name), 'utf8'))
    for (const { url, functions } of scripts) records.set(url, [...(records.get(url) ?? []), functions])
  }
  const found = await Promise.all(
    measuredFolders.map(async (folder) =>
      (await readdir(join(compiled, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  )
  return Promise.all(
    found
      .flat()
      .filter((path) => path.endsWith('.ts.js'))
      .map(async (file) => {
        const code = await readFile(join(compiled, file), 'utf8')
        const path = file.slice(0, -'.js'.length)
        return { path, ...linesOf(code, records.get(pathToFileURL(path).href) ?? []) }
      }),
  )
}

/** @returns per cent of the lines with code */
export function percentageReached(files: FileCoverage[]): number {
  const count = (of: 'lines' | 'missed') => files.reduce((sum, file) => sum + file[of].length, 0)
  return (1 - count('missed') / Math.max(count('lines'), 1)) * 100
}

function linesOf(code: string, records: Profiler.FunctionCoverage[][]) {
  const [, encoded = ''] = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(code) ?? []
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()))
  const hasRun = records.map((functions) => runPartsOf(code.length, functions))
  const lines = new Set<number>()
  const reached = new Set<number>()
  let lineStart = 0
  for (const [lineNumber, line] of code.split('\n').entries()) {
    if (line.startsWith('//# sourceMappingURL=')) break
    for (const { index } of line.matchAll(/[\w$]+/g)) {
      const entry = map.findEntry(lineNumber, index)
      if (!('originalLine' in entry)) continue
      lines.add(entry.originalLine + 1)
      if (hasRun.some((parts) => parts[lineStart + index] === 1)) reached.add(entry.originalLine + 1)
    }
    lineStart += line.length + 1
  }
  return { lines: [...lines], missed: [...lines].filter((line) => !reached.has(line)) }
}

/** @returns for each character whether it has run; inner ranges come after those around them */
function runPartsOf(length: number, functions: Profiler.FunctionCoverage[]): Uint8Array {
  const parts = new Uint8Array(length)
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) parts.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  }
  return parts
}
