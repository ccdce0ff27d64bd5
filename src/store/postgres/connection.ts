import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { StartError } from '../../errors/index.ts'
import { isPostgresUrl, splitPostgresUrl } from '../../lib/postgres-url.ts'

/**
 * Where pg connects to, and whether over TLS: always, and verified, unless the server is on this machine or the URL
 * says `sslmode=disable`. On this machine TLS is used where the URL or PGSSLMODE asks for it.
 * @throws {Error} when the URL is invalid or a file that it names cannot be read
 */
export async function connectionTo(url: string): Promise<pg.ClientConfig> {
  const { tls, parameters } = parse(url)
  refuseIgnoredParameters(parameters)
  const { connectionString, host, isTlsInEnvironment } = resolve(url)

  const isSocket = host.startsWith('/')
  const isOwnMachine = isSocket || /^(localhost|127\.[\d.]+|::1)$/i.test(host)
  const isTlsAskedFor = isTlsInEnvironment || [...tls].some(([name, value]) => !isOff(name, value))
  const isPlain = isSocket || tls.get('sslmode') === 'disable' || (isOwnMachine && !isTlsAskedFor)
  return { connectionString, ssl: isPlain ? false : { rejectUnauthorized: true, ...(await readCertificates(tls)) } }
}

/** Names a database in messages. Nothing is shown of a URL whose path may hold a part of the password. */
export function describeDatabase(url: string): string {
  if (!isPostgresUrl(url)) return 'The PostgreSQL database'
  try {
    const { host, port, database } = resolve(url)
    const place = host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
    return `The database ${database} at ${place}`
  } catch {
    return 'The PostgreSQL database'
  }
}

/** Whether the URL or PGOPTIONS choose a schema. */
export function choosesSchema(url: string): boolean {
  const { parameters } = parse(url)
  return (parameters.get('options') ?? process.env.PGOPTIONS ?? '').includes('search_path')
}

/** Asks pg itself, which knows PGHOST and the parameters that replace parts of a URL. It does not connect. */
function resolve(url: string) {
  const { base, parameters } = parse(url)
  const connectionString = parameters.size === 0 ? base : `${base}?${parameters}`
  const { host, port, database, ssl } = new pg.Client({ connectionString })
  return { connectionString, host, port, database, isTlsInEnvironment: Boolean(ssl) }
}

/** Takes what is about TLS out of a URL, as pg would prefer it to what is decided here. */
function parse(url: string) {
  const { base, query: parameters } = splitPostgresUrl(url)
  const tls = new URLSearchParams()
  for (const [name, value] of [...parameters]) {
    if (name.startsWith('ssl')) tls.set(name, value)
    if (name.startsWith('ssl') || name === 'uselibpqcompat') parameters.delete(name)
  }
  return { base, tls, parameters }
}

function isOff(name: string, value: string) {
  return (name === 'sslmode' && value === 'disable') || (name === 'ssl' && /^(0|false)$/.test(value))
}

async function readCertificates(tls: URLSearchParams) {
  const read = async (name: string) => {
    const path = tls.get(name)
    // The certificates that Node.js trusts are those of `system` (libpq).
    return path === null || path === 'system' ? undefined : readFile(path, 'utf8')
  }
  const [ca, cert, key] = await Promise.all(['sslrootcert', 'sslcert', 'sslkey'].map(read))
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

/** Other drivers choose a schema by these; pg would use the usual one without a word. */
function refuseIgnoredParameters(parameters: URLSearchParams) {
  for (const name of ['schema', 'currentSchema', 'search_path']) {
    const schema = parameters.get(name) ?? 'public'
    if (schema === 'public') continue
    throw new StartError([
      `The URL of the database chooses a schema by ${name}, which has no effect. Write instead: ` +
        `options=-c%20search_path%3D${encodeURIComponent(schema)}`,
    ])
  }
}
