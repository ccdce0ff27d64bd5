/*
 * Collects the statements that Kysely compiles in this process, in the folder that TEST_STATEMENT_FOLDER names. Only
 * the product uses Kysely; tests that need SQL use drivers. Workers load this before everything else.
 */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
    statements.set(`${database} ${text}`, { database, text, parameters: compiled.parameters.length })
    return compiled
  }
  return statements
}
