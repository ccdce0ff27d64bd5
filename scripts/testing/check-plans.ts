import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import pg from 'pg'
import { openStore } from '../../src/store/index.ts'
import { queryPostgres } from '../query-postgres.ts'
import { collectStatements, type Statement } from './collect-statements.ts'

/** Tables that do not grow with the number of users. */
const smallTables = ['state', 'signing_keys', 'clients', 'latchkey_migrations', 'latchkey_migrations_lock', 'json_each']

/** Statements that may read a whole table, or only the one that is named, and why. */
const exceptions: [pattern: RegExp, reason: string, table?: string][] = [
  [/^select count\(\*\) as "n" from "users"/, 'The list of users counts only if few users can match.'],
  [
    / from "users" where .* order by "created_at" desc, "id" desc limit /s,
    'The list of users is read in steps.',
    'users',
  ],
  [/ from "events" where "outcome" = (\?|\$1) order by "id" desc limit /, 'Both outcomes are frequent.'],
  [/ from "invitations" where "expires_at" > (\?|\$1) order by "id" desc limit /, 'Expired ones are deleted.'],
  [/^select distinct "scopes" from "users"/, 'Ending the sessions of all users reads all of them.'],
  [/^delete from "sessions" where "id" != (\?|\$1) and "expires_at" >/, 'It ends the sessions of all users.'],
  [/^select count\(\*\) .* as "users_of_codes"$/, 'An operator resets the keys or restores a backup.'],
  [/^delete from "throttles"( where "user_id" is not null)?$/, 'An operator resets the keys or restores a backup.'],
  [/^delete from "outbox" where "sealed" is not null$/, 'An operator resets the keys or restores a backup.'],
  [
    /^delete from "\w+" where "\w+" in \(select "\w+" from "\w+" limit (\?|\$1)\)$/,
    'An operator resets the keys or restores a backup.',
  ],
  [/^select count\(\*\) as "count", min\("created_at"\) .* from "outbox"/, '`latchkey doctor` looks for old messages.'],
  [/^select "address", count\(distinct "user_id"\)/, '`latchkey doctor` compares the addresses of clients.'],
]

/** Partial indexes that stay small. */
const smallIndexes = ['users_administrators', 'users_unfolded', 'sessions_incomplete']

interface Places {
  /** The statements of the tests, in JSON files. */
  statements: string
  /** A path for a new SQLite database. */
  sqlite: string
  /** The URL of a PostgreSQL server, on which a database is created. */
  postgres: string
}

/**
 * Explains all statements that the tests compiled, on databases whose statistics claim a million rows per table.
 * @returns the number of statements
 * @throws {Error} when a statement would read a whole table that grows
 */
export async function checkPlans(places: Places): Promise<number> {
  const statements = await readStatements(places.statements)
  // Creating the databases compiles the statements of the migrations, which may read whole tables.
  const migrations = collectStatements()
  const postgres = await createDatabase(places.postgres)
  for (const url of [`file:${places.sqlite}`, postgres]) await (await openStore(url)).close()
  const explain = { sqlite: explainSqlite(places.sqlite), postgres: await explainPostgres(postgres) }

  const found: string[] = []
  let count = 0
  try {
    for (const [key, { database, text, parameters }] of statements) {
      if (migrations.has(key) || !/^(select|insert|update|delete|with)\b/i.test(text.trimStart())) continue
      count++
      const excused = exceptions.filter(([pattern]) => pattern.test(text)).map(([, , table]) => table)
      if (excused.includes(undefined)) continue
      const scans = (await explain[database].scansOf(text, parameters))
        .filter(({ table }) => !excused.includes(table))
        .map(({ detail }) => detail)
      if (scans.length > 0) found.push(`${database}: ${text}\n    ${scans.join('\n    ')}`)
    }
  } finally {
    explain.sqlite.close()
    await explain.postgres.close()
  }
  if (found.length > 0) throw new Error(`Statements read whole tables that grow:\n  ${found.join('\n  ')}`)
  return count
}

async function readStatements(folder: string) {
  const statements = new Map<string, Statement>()
  for (const name of await readdir(folder)) {
    const read: Statement[] = JSON.parse(await readFile(join(folder, name), 'utf8'))
    for (const statement of read) statements.set(`${statement.database} ${statement.text}`, statement)
  }
  return statements
}

/** SQLite assumes a million rows in tables without statistics. */
function explainSqlite(path: string) {
  const database = new BetterSqlite(path)
  return {
    scansOf(text: string, parameters: number): Scan[] {
      let steps: { detail: string }[]
      try {
        steps = database
          .prepare<unknown[], { detail: string }>(`explain query plan ${text}`)
          .all(Array.from({ length: parameters }, () => null))
      } catch (error) {
        return isUnknownName(error) ? [] : [{ detail: String(error) }]
      }
      const subqueries = steps.flatMap(({ detail }) => /^(?:CO-ROUTINE|MATERIALIZE) (\S+)/.exec(detail)?.[1] ?? [])
      // A limit ends a scan in the order of an index, unless it looks for certain rows.
      const isLimited = /\blimit\b/i.test(text) && !/\bwhere\b/i.test(text)
      return steps.flatMap(({ detail }) => {
        const [, table = '', index] = /^SCAN ([a-z]\w*)(?:.* INDEX (\S+))?/.exec(detail) ?? []
        if (table === '' || [...smallTables, ...subqueries].includes(table)) return []
        if (smallIndexes.includes(index ?? '')) return []
        // A match of a virtual table, or a scan in the order of an index.
        return index !== undefined && (index.includes(':M') || isLimited) ? [] : [{ table, detail }]
      })
    },
    close: () => {
      database.close()
    },
  }
}

/** A step that reads a whole table. */
interface Scan {
  table?: string
  detail: string
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  Filter?: string
  Plans?: Plan[]
}

async function createDatabase(server: string) {
  const name = 'latchkey_plans'
  await queryPostgres(server, `create database ${name}`)
  return Object.assign(new URL(server), { pathname: name }).href
}

async function explainPostgres(url: string) {
  const client = new pg.Client(url)
  await client.connect()
  await growTables(client)
  return {
    async scansOf(text: string): Promise<Scan[]> {
      try {
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (generic_plan, format json) ${text}`,
        )
        return rows.flatMap((row) => scansIn(row['QUERY PLAN'][0].Plan, false))
      } catch (error) {
        return isUnknownName(error) ? [] : [{ detail: String(error) }]
      }
    },
    close: () => client.end(),
  }
}

function scansIn(plan: Plan, isLimited: boolean): Scan[] {
  const type = plan['Node Type']
  const table = plan['Relation Name'] ?? ''
  // A limit ends a scan, unless it looks for certain rows, or everything is sorted or grouped before.
  const limits = (isLimited || type === 'Limit') && !/Sort|Aggregate|Group|Hash/.test(type)
  const endsEarly = limits && plan.Filter === undefined
  const readsAll = type === 'Seq Scan' || (/^Index (Only )?Scan$/.test(type) && plan['Index Cond'] === undefined)
  return [
    ...(readsAll &&
    !endsEarly &&
    !/^pg_/.test(table) &&
    !smallTables.includes(table) &&
    !smallIndexes.includes(plan['Index Name'] ?? '')
      ? [{ table, detail: `${type} on ${table}` }]
      : []),
    ...(plan.Plans ?? []).flatMap((child) => scansIn(child, limits)),
  ]
}

/** Adds a row to each table, and statistics that claim a million. */
async function growTables(client: pg.Client) {
  await client.query('set session_replication_role = replica')
  const { rows: tables } = await client.query<{ name: string; columns: string; values: string }>(
    `select table_name as name, string_agg(quote_ident(column_name), ', ') as columns,
      string_agg(case when data_type = 'text' then '''x''' else '1' end, ', ') as values
    from information_schema.columns where table_schema = current_schema() group by table_name`,
  )
  for (const { name, columns, values } of tables) {
    if (smallTables.includes(name)) continue
    await client.query(`insert into ${name} (${columns}) values (${values})`)
  }
  await client.query(
    `update pg_class set reltuples = 1000000, relpages = greatest(relpages, 1)
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'i') and relname !~ $1`,
    [`^(${smallTables.join('|')})`],
  )
}

/** Statements of tests with databases of earlier versions name tables and columns that no longer exist. */
function isUnknownName(error: unknown) {
  return /no such (table|column)|does not exist/.test(String(error))
}
