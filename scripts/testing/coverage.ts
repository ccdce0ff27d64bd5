import { readdir, readFile } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The folders whose lines tests must reach. */
const measuredFolders = ['src', 'plugins', 'routes']

/** What runs in browsers only, where no coverage is collected. */
const browserFolder = 'src/browser/swagger-ui/'

interface FileCoverage {
  path: string
  /** The numbers of the lines with code. */
  lines: number[]
  /** The lines that no test has reached. */
  missed: number[]
}

/** JavaScript that was generated from source files, and the URL under which it was run. */
interface Program {
  url: string
  code: string
  map: SourceMap
  /** The path of a source in the source map. */
  pathOf: (source: string) => string
}

type Records = Map<string, Profiler.FunctionCoverage[][]>

/** The lines that have run, by the path of their source file. */
type Reached = Map<string, Set<number>>

/** The folder in which scripts/bundle.ts writes the command that users run. */
const bundleFolder = 'dist/bin'

/**
 * Merges the records of both forms of the product: compiled for the workers, and bundled for the processes that they
 * start.
 * @param recorded the folder with the records
 * @param compiled the folder with the modules that workers run
 */
export async function readCoverage(recorded: string, compiled: string): Promise<FileCoverage[]> {
  const records: Records = new Map()
  for (const name of await readdir(recorded)) {
    const scripts: Profiler.ScriptCoverage[] = JSON.parse(await readFile(join(recorded, name), 'utf8'))
    for (const { url, functions } of scripts) {
      const others = records.get(url)
      if (others === undefined) records.set(url, [functions])
      else others.push(functions)
    }
  }
  const inProcesses = await readBundles(records)
  const found = await Promise.all(
    measuredFolders.map(async (folder) =>
      (await readdir(join(compiled, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  )
  const paths = found.flat().filter((name) => name.endsWith('.ts.js') && !name.startsWith(browserFolder))
  return Promise.all(
    paths.map(async (name) => {
      const path = name.slice(0, -'.js'.length)
      const program = await readCompiled(path, compiled)
      const lines = [...(linesOf(program, () => true).get(path) ?? [])]
      const inWorkers = linesOf(program, hasRunIn(program, records)).get(path)
      const missed = lines.filter((line) => !inWorkers?.has(line) && !inProcesses.get(path)?.has(line))
      return { path, lines, missed }
    }),
  )
}

/** @returns the percentage of lines with code that were reached */
export function percentageReached(files: FileCoverage[]): number {
  const count = (of: 'lines' | 'missed') => files.reduce((sum, file) => sum + file[of].length, 0)
  return (1 - count('missed') / Math.max(count('lines'), 1)) * 100
}

async function readCompiled(path: string, compiled: string): Promise<Program> {
  const code = await readFile(join(compiled, `${path}.js`), 'utf8')
  const [, encoded = ''] = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(code) ?? []
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()))
  return { url: pathToFileURL(path).href, code, map, pathOf: () => path }
}

async function readBundles(records: Records): Promise<Reached> {
  const reached: Reached = new Map()
  const names = (await readdir(bundleFolder)).filter((name) => name.endsWith('.js'))
  for (const path of names.map((name) => join(bundleFolder, name))) {
    const url = pathToFileURL(path).href
    if (!records.has(url)) continue
    const [code, map] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.map`, 'utf8')])
    const pathOf = (source: string) => join(bundleFolder, source)
    const program = { url, code, map: new SourceMap(JSON.parse(map)), pathOf }
    for (const [source, lines] of linesOf(program, hasRunIn(program, records))) {
      reached.set(source, new Set([...(reached.get(source) ?? []), ...lines]))
    }
  }
  return reached
}

/** @returns whether the code at a position has run in any of the processes */
function hasRunIn({ url, code }: Program, records: Records) {
  const runs = (records.get(url) ?? []).map((functions) => runPartsOf(code.length, functions))
  return (position: number) => runs.some((parts) => parts[position] === 1)
}

/** @returns the source lines of all words at whose positions the program meets the condition */
function linesOf({ code, map, pathOf }: Program, condition: (position: number) => boolean): Reached {
  const found: Reached = new Map()
  let lineStart = 0
  for (const [lineNumber, line] of code.split('\n').entries()) {
    if (line.startsWith('//# sourceMappingURL=')) break
    for (const { index } of line.matchAll(/[\w$]+/g)) {
      const entry = map.findEntry(lineNumber, index)
      if (!('originalLine' in entry) || !condition(lineStart + index)) continue
      const path = pathOf(entry.originalSource)
      const lines = found.get(path) ?? new Set()
      found.set(path, lines.add(entry.originalLine + 1))
    }
    lineStart += line.length + 1
  }
  return found
}

/** @returns for each character whether it has run; inner ranges override those around them */
function runPartsOf(length: number, functions: Profiler.FunctionCoverage[]): Uint8Array {
  const parts = new Uint8Array(length)
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) parts.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  }
  return parts
}
