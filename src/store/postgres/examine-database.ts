import { type Kysely, sql } from 'kysely'
import { StartError } from '../../errors/index.ts'
import { choosesSchema, describeDatabase } from './connection.ts'

/**
 * Checks what a database must be like before anything is stored in it.
 * @returns the schema in which its tables are, or will be created
 * @throws {StartError}
 */
export async function examineDatabase<Schema>(db: Kysely<Schema>, url: string): Promise<string> {
  const { rows } = await sql<{ encoding: string; schema: string | null; source: string }>`
    select current_setting('server_encoding') as encoding, current_schema() as schema, source
    from pg_settings where name = 'search_path'`.execute(db)
  const [{ encoding, schema, source } = { encoding: '', schema: null, source: '' }] = rows

  if (encoding !== 'UTF8') {
    throw refused(
      url,
      `its encoding is ${encoding}, which cannot store every name. It must be UTF8. Create another database with ` +
        "create database NAME template template0 encoding 'UTF8', and copy existing data by pg_dump and pg_restore",
    )
  }
  if (choosesSchema(url) && source !== 'client' && source !== 'session') {
    throw refused(
      url,
      'the search_path of its URL does not reach it: a connection pooler leaves it out. Set it for the user ' +
        'instead, with alter role NAME set search_path = SCHEMA',
    )
  }
  if (schema === null) {
    throw refused(url, 'its search_path names no schema that exists. Create one with create schema NAME')
  }
  return schema
}

function refused(url: string, reason: string) {
  return new StartError([`${describeDatabase(url)} cannot be used: ${reason}.`])
}
