/*
 * Access tokens made by hand: with the service's real key and bad content, or with a bad key. A token forged without
 * changes is accepted, and every list of rejected tokens ends with that check.
 */
import { createHmac, createPrivateKey, sign } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Test } from 'tap'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { build, createPostgresDatabase, getMe, query, secretFor, signedUp, type DatabaseKind } from './build.ts'

export type Algorithm = 'ES256' | 'HS256'

/** Signs a signing input (RFC 7515 5.1), in base64url. */
export type Signer = (input: string) => string

export interface Changes {
  /** Fields that replace or, if undefined, remove the original ones. */
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  /** The whole header or payload, verbatim. */
  headerText?: string | Buffer
  payloadText?: string | Buffer
  /** A key other than the service's. */
  signer?: Signer
}

export const masterKey = secretFor('master key')
export const secretKey = secretFor('secret key')

export const hmac =
  (secret: string | Buffer, hash = 'sha256'): Signer =>
  (input) =>
    createHmac(hash, secret).update(input).digest('base64url')

export const ecdsa =
  (pem: string): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key: createPrivateKey(pem), dsaEncoding: 'ieee-p1363' }).toString('base64url')

export type OpenedService = Awaited<ReturnType<typeof openService>>

export type Place = Awaited<ReturnType<typeof placeOf>>

interface Options {
  algorithm?: Algorithm
  database?: DatabaseKind
  /** The settings of another service, to share its database. */
  place?: Place
  environment?: NodeJS.ProcessEnv
}

/** A service in which ada is signed in, with its database settings and a signer with its key. */
export async function openService(t: Test, { algorithm = 'ES256', database, place, environment = {} }: Options = {}) {
  const settings = { ...(place ?? (await placeOf(t, database))), ALGORITHM: algorithm, ...environment }
  const { app, clock, lines } = await build(t, { environment: settings })
  const ada = await signedUp(app, 'ada')
  const header = decodeProtectedHeader(ada.access_token)
  const claims = decodeJwt(ada.access_token)
  const signer = algorithm === 'HS256' ? hmac(secretKey) : ecdsa((await readKeys(settings.DATABASE_URL))[0]!.pem)

  const forge = (changes: Changes = {}) =>
    compact(
      changes.headerText ?? JSON.stringify({ ...header, ...changes.header }),
      changes.payloadText ?? JSON.stringify({ ...claims, ...changes.claims }),
      changes.signer ?? signer,
    )
  return {
    app,
    clock,
    lines,
    place: settings,
    databaseUrl: settings.DATABASE_URL,
    token: ada.access_token,
    header,
    claims,
    signer,
    forge,
  }
}

/** Settings for a database that can be opened more than once. */
export async function placeOf(t: Test, database: DatabaseKind = 'sqlite') {
  const folder = t.testdir()
  return {
    DATA_DIR: folder,
    DATABASE_URL: database === 'sqlite' ? `file:${folder}/latchkey.db` : await createPostgresDatabase(t),
    MASTER_KEY: masterKey,
    SECRET_KEY: secretKey,
  }
}

/** Runs a test with both algorithms. */
export function underEach(
  t: Test,
  name: string,
  test: (t: Test, built: OpenedService, algorithm: Algorithm) => Promise<void>,
) {
  t.test(`${name} (ES256)`, async (t) => test(t, await openService(t, { algorithm: 'ES256' }), 'ES256'))
  t.test(`${name} (HS256)`, async (t) => test(t, await openService(t, { algorithm: 'HS256' }), 'HS256'))
}

/** The compact serialization (RFC 7515 7.1) of any header and payload. */
export function compact(header: string | Buffer, payload: string | Buffer, signer: Signer) {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${signer(input)}`
}

/** The alphabet of base64url (RFC 4648 5). */
export const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Every spelling of a token that decodes to the same signature, including the original. */
export function spellings(token: string) {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  const bytes = Buffer.from(signature, 'base64url')
  return [...alphabet]
    .filter((character) => Buffer.from(signature.slice(0, -1) + character, 'base64url').equals(bytes))
    .map((character) => token.slice(0, -1) + character)
}

/** The response to every invalid token. */
export const invalidToken = {
  status: 401,
  authenticate: 'Bearer error="invalid_token"',
  type: 'application/problem+json',
  body: {
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    detail: 'Could not validate credentials',
    code: 'invalid_token',
  },
  hasLibraryWords: false,
}

type Response = Awaited<ReturnType<typeof getMe>>

/** The parts of a response that `invalidToken` compares. */
export function summaryOf({ statusCode, headers, body }: Response) {
  const type = String(headers['content-type'])
  return {
    status: statusCode,
    authenticate: headers['www-authenticate'],
    type: type.split(';')[0],
    body: type.includes('json') ? JSON.parse(body) : body,
    hasLibraryWords: /FAST_JWT|fast-jwt|FST_|TokenError|SQLITE|SyntaxError|RangeError|node_modules/i.test(
      JSON.stringify(headers) + body,
    ),
  }
}

/**
 * Asserts that each token is rejected, both at first and after good and bad ones have been seen. No error is logged,
 * and a good token is still accepted.
 */
export async function refuses(t: Test, { app, forge, lines }: OpenedService, tokens: Record<string, string>) {
  const logged = lines.length
  for (const time of ['', ', again']) {
    for (const [name, token] of Object.entries(tokens)) {
      t.strictSame(summaryOf(await getMe(app, token)), invalidToken, name + time)
    }
    await accepts(t, app, { [`forged with nothing wrong${time}`]: forge() })
  }
  t.notMatch(lines.slice(logged).join(''), /"level":[456]0/, 'no error is logged')
}

/** Asserts that each token authenticates ada. */
export async function accepts(t: Test, app: OpenedService['app'], tokens: Record<string, string>) {
  for (const [name, token] of Object.entries(tokens)) {
    const response = await getMe(app, token)
    t.strictSame([response.statusCode, response.json().username], [200, 'ada'], name)
  }
}

/** The key pairs in a database, decrypted. */
export async function readKeys(databaseUrl: string) {
  const rows = await query<{ kid: string; public_jwk: string; private_sealed: string }>(
    databaseUrl,
    'select * from signing_keys',
  )
  return rows.map(({ kid, public_jwk: publicJwk, private_sealed: sealed }) => {
    const pem = createMasterKey(masterKey).open('signing keys', kid, sealed)
    if (pem === undefined) throw new Error(`The key ${kid} does not open.`)
    return { kid, publicJwk, pem }
  })
}
