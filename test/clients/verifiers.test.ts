// @lane clients
import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { administrator, postForm, registerClient, signedUp, signIn, type TokenResponse } from '../support/build.ts'
import { compact, ecdsa, hmac, masterKey, readKeys, type Changes } from '../support/forged-tokens.ts'
import { rotate } from '../support/keys.ts'
import { snippetsOf } from '../support/snippets.ts'
import { oauthClients } from './oauth-clients.ts'
import { listeningOverHttps, programs, startService } from './support.ts'

const snippets = await snippetsOf('docs/guides/verify-tokens.md', 'js')
/** A snippet as a module whose `app` does not listen yet. */
const snippetWith = (library: string) =>
  replace(snippets.find((code) => code.includes(`from '${library}'`)) ?? '', 'app.listen(8080)\n', '')
const programOf = (name: string) => readFile(join(programs, name), 'utf8')

const discovering = snippetWith('express-oauth2-jwt-bearer')
const withGetJwks = await programOf('get-jwks.mjs')

/**
 * Services that verify access tokens, by the name of their library in `oauth-clients.ts`. `GET /orders` requires a
 * token, and `POST /orders` the scope orders:write if the library verifies scopes.
 */
const sources: Record<string, Record<string, string>> = {
  'express-oauth2-jwt-bearer': {
    'with discovery': discovering,
    'with the URL of the keys': replace(discovering, 'issuerBaseURL: issuer', "issuer, jwksUri: issuer + '/jwks.json'"),
  },
  'passport-jwt with jwks-rsa': { '': snippetWith('passport-jwt') },
  'jsonwebtoken with jwks-rsa': { '': snippetWith('jsonwebtoken') },
  'aws-jwt-verify': { '': await programOf('aws-jwt-verify.mjs') },
  '@fastify/jwt with get-jwks': { '': withGetJwks },
}

const verifiers = oauthClients.flatMap(({ name, verifier }) => {
  if (verifier === undefined) return []
  const variants = Object.entries(sources[name] ?? {})
  if (variants.length === 0) throw new Error(`There is no service with ${name}.`)
  return variants.map(([variant, source]) => ({ ...verifier, name: `${name} ${variant}`.trim(), source }))
})

t.test('token verifiers as their users write them', async (t) => {
  const service = await listeningOverHttps(t, { MASTER_KEY: masterKey })
  const { app, issuer, change, databaseUrl, environment, lines } = service
  const countFetches = () => lines.filter((line) => line.includes('/auth/jwks.json')).length
  const { access_token: token } = await signedUp(app, 'ada')
  const forge = await forgerOf(token, databaseUrl)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const otherKey = ecdsa(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  const rejected = {
    'no JWT': 'token',
    tampered: `${token.slice(0, -9)}tampering`,
    'of another key': forge({ signer: otherKey }),
    'without a signature': forge({ header: { alg: 'none' }, signer: () => '' }),
    'signed with HS256': forge({ header: { alg: 'HS256' }, signer: hmac('secret') }),
    expired: forge({ claims: { exp: Math.floor(Date.now() / 1000) - 60 } }),
    'for another audience': forge({ claims: { aud: 'https://api.example.com/others' } }),
    'of another issuer': forge({ claims: { iss: `${issuer}/others` } }),
  }
  const billing = await registerClient(app, await administrator(app, change), {
    grant_types: ['client_credentials'],
    scope: 'orders:write',
  })
  const granted = await postForm(
    app,
    '/auth/token',
    { grant_type: 'client_credentials' },
    { authorization: billing.authorization },
  )
  const clientToken = granted.json<TokenResponse>().access_token

  const services = await Promise.all(
    verifiers.map(async ({ source, ...verifier }) => ({
      ...verifier,
      ...(await startService(t, source, environment)),
    })),
  )

  for (const { name, hasScopes, checksType, request } of services) {
    // A body in JSON names the error code of RFC 6750.
    const namesErrors = name.startsWith('express-oauth2-jwt-bearer')
    await t.test(`${name} accepts good access tokens and rejects others`, async (t) => {
      t.match(await request('GET', '/orders'), { status: 401 }, 'without a token')
      const fetches = countFetches()
      for (const accepted of [token, forge({})]) {
        t.strictSame(await request('GET', '/orders', accepted), {
          status: 200,
          body: JSON.stringify({ userId: decodeJwt(token).sub }),
        })
      }
      t.equal(countFetches() - fetches, 1, 'the keys are fetched once')
      for (const [what, invalid] of Object.entries(rejected)) {
        const { status, body } = await request('GET', '/orders', invalid)
        t.equal(status, 401, what)
        if (namesErrors) t.equal(JSON.parse(body).error, 'invalid_token', what)
      }
      t.match(
        await request('GET', '/orders', forge({ header: { typ: 'JWT' } })),
        { status: checksType ? 401 : 200 },
        'of another type',
      )
      if (hasScopes) {
        const { status, body } = await request('POST', '/orders', token)
        t.equal(status, 403, 'without the scope')
        if (namesErrors) t.equal(JSON.parse(body).error, 'insufficient_scope')
        t.match(await request('POST', '/orders', clientToken), { status: 201 }, 'with the scope')
      }
    })
  }

  const careless = await startService(t, replace(withGetJwks, 'error.statusCode = 401', ''), environment)
  t.match(await careless.request('GET', '/orders', rejected['of another issuer']), { status: 500 })

  await rotate(app, databaseUrl, { now: true })
  const { access_token: next } = (await signIn(app, 'ada')).json<TokenResponse>()
  const unknown = forge({ header: { kid: 'unknown' }, signer: otherKey })
  for (const { name, request, advance } of services) {
    await t.test(`${name} fetches the keys again after a rotation`, async (t) => {
      // Some libraries fetch the keys at most every 30 seconds.
      await advance(31)
      const fetches = countFetches()
      t.match(await request('GET', '/orders', next), { status: 200 })
      t.equal(countFetches() - fetches, 1)
      t.match(await request('GET', '/orders', unknown), { status: 401 }, 'a key that was never published')
    })
  }
})

for (const algorithm of ['EdDSA', 'PS256'] as const) {
  t.test(`token verifiers with ALGORITHM=${algorithm}`, async (t) => {
    const { app, environment } = await listeningOverHttps(t, { ALGORITHM: algorithm })
    const { access_token: token } = await signedUp(app, 'ada')
    await Promise.all(
      verifiers.map(async ({ name, source, unsupported }) => {
        // aws-jwt-verify takes the algorithm of the key.
        const expectingIt = source.includes('ES256') ? replace(source, `'ES256'`, `'${algorithm}'`) : source
        const { request } = await startService(t, expectingIt, environment)
        const { status } = await request('GET', '/orders', token)
        // get-jwks cannot read the key, which Fastify reports as an error of the service.
        const rejection = name.includes('get-jwks') ? 500 : 401
        t.equal(status, unsupported.includes(algorithm) ? rejection : 200, name)
      }),
    )
  })
}

/** Replaces a part of a program. @throws when the program does not contain it */
function replace(source: string, part: string, replacement: string) {
  if (!source.includes(part)) throw new Error(`This program does not contain ${part}:\n${source}`)
  return source.replace(part, replacement)
}

/** @returns a function that makes tokens like this one, with the service's own key */
async function forgerOf(token: string, databaseUrl: string) {
  const [key] = await readKeys(databaseUrl)
  const header = decodeProtectedHeader(token)
  const claims = decodeJwt(token)
  return (changes: Pick<Changes, 'header' | 'claims' | 'signer'>) =>
    compact(
      JSON.stringify({ ...header, ...changes.header }),
      JSON.stringify({ ...claims, ...changes.claims }),
      changes.signer ?? ecdsa(String(key?.pem)),
    )
}
