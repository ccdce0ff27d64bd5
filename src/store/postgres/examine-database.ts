import { type Kysely, sql } from 'kysely'
import { StartError } from '../../errors/index.ts'
import { choosesSchema, describeDatabase } from './connection.ts'

/**
 * Checks that a database meets the requirements, before anything is stored in it.
 * @param db the database
 * @param url the URL of the database
 * @returns the schema that contains the tables, or in which they will be created
 * @throws {StartError} when the database cannot be used
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
        "create database NAME template template0 encoding 'UTF8', and copy existing data with pg_dump and pg_restore",
    )
  }
  if (choosesSchema(url) && source !== 'client' && source !== 'session') {
    throw refused(
      url,
      'the search_path in its URL has no effect, because a connection pooler drops it. Set it for the user ' +
        'instead, with alter role NAME set search_path = SCHEMA',
    )
  }
  if (schema === null) {
    throw refused(url, 'no schema in its search_path exists. Create one with create schema NAME')
  }
  return schema
}

function refused(url: string, reason: string) {
  return new StartError([`${describeDatabase(url)} cannot be used: ${reason}.`])
}
