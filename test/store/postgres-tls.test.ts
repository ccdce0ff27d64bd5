import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { openStore } from '../../src/store/store.ts'
import { createPostgresDatabase, query } from '../support/build.ts'
import { makeCertificate } from '../support/certificate.ts'

/** Connects to loopback, but is not one of its names. */
const otherHost = '0.0.0.0'

t.test('a PostgreSQL on another host receives nothing without verified TLS', async (t) => {
  for (const [what, certificate, reason] of [
    ['no TLS', undefined, /does not support SSL/],
    ['an untrusted certificate', makeCertificate(otherHost), /self-signed certificate/],
  ] as const) {
    const proxy = await startProxy(t, certificate)
    for (const mode of ['', '?sslmode=require', '?sslmode=no-verify', '?sslmode=prefer']) {
      await t.rejects(openStore(proxy.url + mode), { name: 'StartError', message: reason }, `${what}${mode}`)
    }
    t.strictSame(proxy.forwarded(), 0, what)
  }
})

t.test('a PostgreSQL on another host needs a trusted certificate for its name', async (t) => {
  for (const [address, isAccepted] of [
    [otherHost, true],
    ['127.0.0.1', false],
  ] as const) {
    const certificate = makeCertificate(address)
    const path = join(t.testdir(), 'root.pem')
    await writeFile(path, certificate.cert)
    const proxy = await startProxy(t, certificate)
    const opening = openStore(`${proxy.url}?sslrootcert=${path}`)
    if (isAccepted) await (await opening).close()
    else await t.rejects(opening, { name: 'StartError', message: /does not match certificate/ })
    t.equal(proxy.forwarded() > 0, isAccepted, `a certificate for ${address}`)
  }
})

t.test('without TLS PostgreSQL is used on loopback, or if the URL disables it', async (t) => {
  const proxy = await startProxy(t, undefined)
  for (const url of [proxy.url.replace(otherHost, '127.0.0.1'), `${proxy.url}?sslmode=disable`]) {
    await (await openStore(url)).close()
  }
  t.ok(proxy.forwarded() > 0)
})

t.test('whether TLS is required depends on the actual host, however it is configured (D1)', async (t) => {
  const url = new URL(await createPostgresDatabase(t))
  const { pathname, port } = url
  const [place] = await query(url.href, 'show unix_socket_directories')
  const folder = String(place?.unix_socket_directories)
  const certificate = process.env.TEST_POSTGRES_CERTIFICATE ?? ''
  const trusted = `sslrootcert=${certificate}`
  const login = 'postgres:postgres'
  const toOtherHost = `host=${otherHost}&port=${port}&user=postgres&password=postgres`
  const here = `postgres://${login}@127.0.0.1:${port}${pathname}`
  const elsewhere = `postgres://${login}@${otherHost}:${port}${pathname}`
  const inEnvironment = { PGPORT: port, PGUSER: 'postgres', PGPASSWORD: 'postgres' }

  for (const [address, environment, isEncrypted] of [
    [`postgres://${pathname}?${toOtherHost}`, {}, true],
    [`postgres://${login}@${pathname}?host=${otherHost}&port=${port}`, {}, true],
    [`postgres://${login}@localhost:${port}${pathname}?host=${otherHost}`, {}, true],
    [`postgres://${pathname}`, { ...inEnvironment, PGHOST: otherHost }, true],
    [`postgres://${login}@${pathname}`, { ...inEnvironment, PGHOST: otherHost }, true],
    [`${elsewhere}?ssl=0`, {}, true],
    [`${elsewhere}?ssl=false`, {}, true],
    [`${elsewhere}?ssl=no-verify`, {}, true],
    [`${elsewhere}?uselibpqcompat=true&sslmode=require`, {}, true],
    [`${elsewhere}?sslnegotiation=postgres`, {}, true],
    [elsewhere, { PGSSLMODE: 'disable' }, true],
    [`${elsewhere}?sslmode=disable`, { PGSSLMODE: 'verify-full' }, false],
    [here, {}, false],
    [`${here}?ssl=0`, {}, false],
    [`postgres://${pathname}`, { ...inEnvironment, PGHOST: 'localhost' }, false],
    [`postgres://${login}@${encodeURIComponent(folder)}:${port}${pathname}`, {}, false],
    [`postgres://${login}@${pathname}?host=${folder}&port=${port}`, { PGSSLMODE: 'require' }, false],
    [`postgres://${pathname}`, { ...inEnvironment, PGHOST: folder }, false],
  ] as const) {
    const restore = setEnvironment(environment)
    const what = address.replaceAll(port, 'PORT')
    if (isEncrypted) {
      await t.rejects(openStore(address), { name: 'StartError', message: /self-signed certificate/ }, what)
    }
    const trusting = isEncrypted ? `${address}${address.includes('?') ? '&' : '?'}${trusted}` : address
    const store = await openStore(trusting)
    const { rows } = await store.read((db) => sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db))
    t.strictSame(rows, [{ ssl: isEncrypted }], `${what} ${Object.keys(environment)}`)
    await store.close()
    restore()
  }

  const own = `sslcert=${certificate}&sslkey=${certificate.replace(/crt$/, 'key')}`
  const store = await openStore(`${elsewhere}?${trusted}&${own}`)
  t.match(
    await store.read((db) => sql`select client_dn from pg_stat_ssl where pid = pg_backend_pid()`.execute(db)),
    { rows: [{ client_dn: `/CN=${otherHost}` }] },
    'with a client certificate',
  )
  await store.close()

  for (const [address, environment] of [
    [`${here}?ssl=1`, {}],
    [`${here}?sslmode=require`, {}],
    [`${here}?${trusted}`, {}],
    [here, { PGSSLMODE: 'verify-full' }],
  ] as const) {
    const restore = setEnvironment(environment)
    await t.rejects(
      openStore(address),
      { name: 'StartError', message: /self-signed certificate|does not match certificate/ },
      `TLS is requested on loopback: ${address.replaceAll(port, 'PORT')} ${Object.keys(environment)}`,
    )
    restore()
  }
})

/** @returns a function that unsets the variables */
function setEnvironment(variables: Record<string, string>) {
  Object.assign(process.env, variables)
  return () => {
    for (const name of Object.keys(variables)) delete process.env[name]
  }
}

/** PostgreSQL behind a proxy that offers TLS with this certificate, or no TLS. */
async function startProxy(t: Test, certificate: { cert: string; key: string } | undefined) {
  const url = await createPostgresDatabase(t)
  const { hostname, port: portInside } = new URL(url)
  let forwarded = 0
  const forward = (client: Socket, first?: Buffer) => {
    const inside = connect(Number(portInside), hostname)
    if (first !== undefined) inside.write(first)
    for (const socket of [client, inside]) socket.on('error', () => {})
    client.once('data', () => {
      forwarded++
    })
    if (first !== undefined) forwarded++
    client.pipe(inside).pipe(client)
  }
  const proxy = createServer(async (client) => {
    client.on('error', () => {})
    const [first]: Buffer[] = await once(client, 'data')
    if (first === undefined || !isTlsRequest(first)) return forward(client, first)
    client.write(certificate === undefined ? 'N' : 'S')
    if (certificate !== undefined) forward(new TLSSocket(client, { isServer: true, ...certificate }))
  }).listen(0, otherHost)
  t.teardown(() => proxy.close())
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  return {
    url: Object.assign(new URL(url), { hostname: otherHost, port: String(port) }).href,
    forwarded: () => forwarded,
  }
}

/** Whether the bytes are an SSLRequest of PostgreSQL's protocol (55.7). */
function isTlsRequest(bytes: Buffer) {
  return bytes.length === 8 && bytes.readInt32BE(4) === 80877103
}
