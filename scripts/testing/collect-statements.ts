/*
 * Collects the statements that the product compiles in this process, in the folder that TEST_STATEMENT_FOLDER names.
 * Those of the tests themselves are left out. Workers load this before everything else.
 */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DefaultQueryCompiler, PostgresQueryCompiler } from 'kysely'

export interface Statement {
  database: 'sqlite' | 'postgres'
  text: string
  parameters: number
}

const { TEST_STATEMENT_FOLDER: folder } = process.env
if (folder !== undefined) {
  const statements = collectStatements()
  process.once('exit', () => {
    writeFileSync(join(folder, `${process.pid}-${randomUUID()}.json`), JSON.stringify([...statements.values()]))
  })
}

/** @returns the statements, which are added from now on, by their database and text */
export function collectStatements(): Map<string, Statement> {
  const statements = new Map<string, Statement>()
  const compile = DefaultQueryCompiler.prototype.compileQuery
  DefaultQueryCompiler.prototype.compileQuery = function (node, queryId) {
    const compiled = compile.call(this, node, queryId)
    const database = this instanceof PostgresQueryCompiler ? 'postgres' : 'sqlite'
    const text = compiled.sql
    const key = `${database} ${text}`
    if (!statements.has(key) && !isCalledByTest()) {
      statements.set(key, { database, text, parameters: compiled.parameters.length })
    }
    return compiled
  }
  return statements
}

/** Whether the query was written in a test, and not in the product. */
function isCalledByTest(): boolean {
  const project = pathToFileURL(process.cwd()).href
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 30
  const { stack = '' } = new Error()
  Error.stackTraceLimit = stackTraceLimit
  const isOf = (folder: string) => (frame: string) => frame.includes(`${project}/${folder}/`)
  const caller = stack
    .split('\n')
    // The store compiles what its callers have written.
    .filter((frame) => !isOf('node_modules')(frame) && !frame.includes('/src/store/store.ts'))
    .find((frame) => ['src', 'plugins', 'routes', 'test'].some((folder) => isOf(folder)(frame)))
  return caller !== undefined && isOf('test')(caller)
}
