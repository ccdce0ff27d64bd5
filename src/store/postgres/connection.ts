import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { StartError } from '../../errors/index.ts'
import { isPostgresUrl, splitPostgresUrl } from '../../lib/postgres-url.ts'

/**
 * Configures the connection to a server. TLS with a verified certificate is used unless the URL has `sslmode=disable`.
 * A server on this machine is an exception: there it is used only if the URL or PGSSLMODE requests it.
 * @param url the URL of the database
 * @throws {Error} when the URL is invalid or a file that it names cannot be read
 */
export async function connectionTo(url: string): Promise<pg.ClientConfig> {
  const { tls, parameters } = parse(url)
  refuseIgnoredParameters(parameters)
  const { connectionString, host, isTlsInEnvironment } = resolve(url)

  const isSocket = host.startsWith('/')
  const isOwnMachine = isSocket || /^(localhost|127\.[\d.]+|::1)$/i.test(host)
  const isTlsRequested = isTlsInEnvironment || [...tls].some(([name, value]) => !isOff(name, value))
  const isPlain = isSocket || tls.get('sslmode') === 'disable' || (isOwnMachine && !isTlsRequested)
  return { connectionString, ssl: isPlain ? false : { rejectUnauthorized: true, ...(await readCertificates(tls)) } }
}

/** Names a database in messages. If the path of its URL may contain a part of the password, nothing of it is shown. */
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

/** Whether the URL or PGOPTIONS selects a schema. */
export function choosesSchema(url: string): boolean {
  const { parameters } = parse(url)
  return (parameters.get('options') ?? process.env.PGOPTIONS ?? '').includes('search_path')
}

/** Resolves a URL without connecting. pg itself knows PGHOST and the parameters that override parts of a URL. */
function resolve(url: string) {
  const { base, parameters } = parse(url)
  const connectionString = parameters.size === 0 ? base : `${base}?${parameters}`
  const { host, port, database, ssl } = new pg.Client({ connectionString })
  return { connectionString, host, port, database, isTlsInEnvironment: Boolean(ssl) }
}

/** Removes the TLS parameters from a URL, because pg would prefer them to the `ssl` option. */
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
    // For libpq, `system` means the certificates of the operating system. Here it means those that Node.js trusts.
    return path === null || path === 'system' ? undefined : readFile(path, 'utf8')
  }
  const [ca, cert, key] = await Promise.all(['sslrootcert', 'sslcert', 'sslkey'].map(read))
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

/** Rejects parameters with which other drivers select a schema. pg would silently use the default schema. */
function refuseIgnoredParameters(parameters: URLSearchParams) {
  for (const name of ['schema', 'currentSchema', 'search_path']) {
    const schema = parameters.get(name) ?? 'public'
    if (schema === 'public') continue
    throw new StartError([
      `The URL of the database selects a schema with ${name}, which has no effect. Write instead: ` +
        `options=-c%20search_path%3D${encodeURIComponent(schema)}`,
    ])
  }
}
