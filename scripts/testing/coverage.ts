import { readdir, readFile } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The folders whose lines tests have to reach. */
const measuredFolders = ['src', 'plugins', 'routes']

interface FileCoverage {
  path: string
  /** Numbers of the lines with code. */
  lines: number[]
  /** Those of them that no test has reached. */
  missed: number[]
}

/** JavaScript made from a source file, and the URL under which it has run. */
interface Program {
  url: string
  code: string
  map: SourceMap
}

type Records = Map<string, Profiler.FunctionCoverage[][]>

/**
 * Brings together what was recorded of both forms in which the product runs: as compiled for the workers,
 * and as built for the processes that they start.
 * @param recorded the folder with the records
 * @param compiled the folder with what workers run
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
  const found = await Promise.all(
    measuredFolders.map(async (folder) =>
      (await readdir(join(compiled, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  )
  const paths = found.flat().filter((name) => name.endsWith('.ts.js'))
  return Promise.all(paths.map((name) => readOne(name.slice(0, -'.js'.length), compiled, records)))
}

/** @returns per cent of the lines with code */
export function percentageReached(files: FileCoverage[]): number {
  const count = (of: 'lines' | 'missed') => files.reduce((sum, file) => sum + file[of].length, 0)
  return (1 - count('missed') / Math.max(count('lines'), 1)) * 100
}

async function readOne(path: string, compiled: string, records: Records): Promise<FileCoverage> {
  const program = await readCompiled(path, compiled)
  const lines = [...linesOf(program, () => true)]
  const reached = new Set<number>()
  for (const { url, code, map } of [program, await readBuilt(path)]) {
    const runs = (records.get(url) ?? []).map((functions) => runPartsOf(code.length, functions))
    const hasRun = (position: number) => runs.some((parts) => parts[position] === 1)
    for (const line of linesOf({ url, code, map }, hasRun)) reached.add(line)
  }
  return { path, lines, missed: lines.filter((line) => !reached.has(line)) }
}

async function readCompiled(path: string, compiled: string): Promise<Program> {
  const code = await readFile(join(compiled, `${path}.js`), 'utf8')
  const [, encoded = ''] = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(code) ?? []
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()))
  return { url: pathToFileURL(path).href, code, map }
}

async function readBuilt(path: string): Promise<Program> {
  const built = join('dist', path.replace(/\.ts$/, '.js'))
  const [code, map] = await Promise.all([readFile(built, 'utf8'), readFile(`${built}.map`, 'utf8')])
  return { url: pathToFileURL(built).href, code, map: new SourceMap(JSON.parse(map)) }
}

/** @returns the lines of the source from which words come at whose positions the program fulfils the condition */
function linesOf({ code, map }: Program, condition: (position: number) => boolean): Set<number> {
  const lines = new Set<number>()
  let lineStart = 0
  for (const [lineNumber, line] of code.split('\n').entries()) {
    if (line.startsWith('//# sourceMappingURL=')) break
    for (const { index } of line.matchAll(/[\w$]+/g)) {
      const entry = map.findEntry(lineNumber, index)
      if ('originalLine' in entry && condition(lineStart + index)) lines.add(entry.originalLine + 1)
    }
    lineStart += line.length + 1
  }
  return lines
}

/** @returns for each character whether it has run; inner ranges come after those around them */
function runPartsOf(length: number, functions: Profiler.FunctionCoverage[]): Uint8Array {
  const parts = new Uint8Array(length)
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) parts.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  }
  return parts
}
