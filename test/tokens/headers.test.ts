import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair } from 'jose'
import t from 'tap'
import { accepts, ecdsa, refuses, underEach } from '../support/forged-tokens.ts'

underEach(t, 'a token that requires extensions or an unencoded payload is rejected (J4)', async (t, built) => {
  const headers: Record<string, object> = {
    'an unknown extension': { crit: ['x'], x: 1 },
    'a missing extension': { crit: ['x'] },
    'no extension': { crit: [] },
    'a registered header': { crit: ['alg'] },
    'exp, which is not a header': { crit: ['exp'] },
    'a duplicate extension': { crit: ['x', 'x'], x: 1 },
    'crit as a string': { crit: 'x', x: 1 },
    'crit as an object': { crit: {} },
    'crit as a number': { crit: [1] },
    'crit null': { crit: null },
    'crit false': { crit: false },
    'b64 false': { b64: false },
    'b64 false and critical': { b64: false, crit: ['b64'] },
    'b64 true and critical': { b64: true, crit: ['b64'] },
    'b64 true': { b64: true },
  }
  await refuses(
    t,
    built,
    Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, built.forge({ header: { ...header } })])),
  )
})

underEach(t, 'a key contained in a token or named by URL is neither used nor fetched (J5)', async (t, built) => {
  const {
    forge,
    header: { kid },
  } = built
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const signer = ecdsa(await exportPKCS8(privateKey))
  const publicJwk = await exportJWK(publicKey)
  const der = (await exportSPKI(publicKey)).replace(/-----[^-]*-----|\n/g, '')

  // Serves the attacker's key: if it were fetched, the token would be accepted.
  const seen: string[] = []
  const server = createServer(({ url }, response) => {
    seen.push(`a request for ${url}`)
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        keys: [
          { ...publicJwk, kid, alg: 'ES256' },
          { ...publicJwk, kid: 'theirs', alg: 'ES256' },
        ],
      }),
    )
  })
    .on('connection', () => {
      seen.push('a connection')
    })
    .listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/jwks.json`

  const keyHeaders: Record<string, object> = {
    jwk: { jwk: publicJwk },
    'jwk with our kid': { jwk: { ...publicJwk, kid } },
    'jwk null': { jwk: null },
    jku: { jku: url },
    'jku by https': { jku: url.replace('http:', 'https:') },
    'jku with our host as username': { jku: `http://localhost:3000@127.0.0.1:${port}/auth/jwks.json` },
    'empty jku': { jku: '' },
    x5u: { x5u: url },
    x5c: { x5c: [der] },
    'empty x5c': { x5c: [] },
    'all of them': { jwk: publicJwk, jku: url, x5u: url, x5c: [der] },
  }
  for (const [name, header] of Object.entries(keyHeaders)) {
    await refuses(t, built, {
      [`${name}, signed by an attacker`]: forge({ header: { ...header, alg: 'ES256' }, signer }),
      [`${name}, signed by an attacker with another kid`]: forge({
        header: { ...header, alg: 'ES256', kid: 'theirs' },
        signer,
      }),
      [`${name}, signed by an attacker without a kid`]: forge({
        header: { ...header, alg: 'ES256', kid: undefined },
        signer,
      }),
      [`${name}, with a valid signature`]: forge({ header: { ...header } }),
    })
  }
  await refuses(t, built, {
    'an issuer with published keys': forge({ header: { alg: 'ES256', kid: 'theirs' }, claims: { iss: url }, signer }),
    'a kid that is a URL': forge({ header: { alg: 'ES256', kid: url }, signer }),
  })

  // Shows that the server records requests, and that none was under way.
  await (await fetch(`http://127.0.0.1:${port}/last`)).text()
  t.strictSame(seen, ['a connection', 'a request for /last'])
})

underEach(t, 'another kind of token signed with the same key is not an access token (J11)', async (t, built) => {
  const kinds = [
    undefined,
    null,
    '',
    'JWT',
    'jwt',
    'application/jwt',
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'rt+jwt',
    'refresh',
    'reset+jwt',
    'verification+jwt',
    'token-introspection+jwt',
    'entity-statement+jwt',
    'at',
    'at+jwt ',
    ' at+jwt',
    'at+jwt\n',
    'at+jwt\0',
    'at+jwt;v=1',
    'xat+jwt',
    'text/at+jwt',
    'application/application/at+jwt',
    'application/',
    1,
    true,
    {},
    ['at+jwt'],
    [],
  ]
  await refuses(
    t,
    built,
    Object.fromEntries(kinds.map((typ) => [`typ ${JSON.stringify(typ)}`, built.forge({ header: { typ } })])),
  )
})

underEach(t, 'an access token has a type, in either spelling (RFC 9068 4)', async (t, { app, forge }) => {
  await accepts(t, app, {
    'at+jwt': forge({ header: { typ: 'at+jwt' } }),
    'application/at+jwt': forge({ header: { typ: 'application/at+jwt' } }),
    'in upper case': forge({ header: { typ: 'AT+JWT' } }),
    'with a content type': forge({ header: { cty: 'json' } }),
    'with an unknown header': forge({ header: { x: 1 } }),
  })
})

underEach(t, 'a header that is not a JSON object is rejected', async (t, built) => {
  const texts = [
    '',
    ' ',
    'null',
    '[]',
    '"at+jwt"',
    '1',
    'true',
    '{',
    '{}',
    '{"alg"}',
    '[{"alg":"ES256"}]',
    '\uFEFF{}',
    '['.repeat(50_000),
    '{"a":'.repeat(50_000),
  ]
  await refuses(t, built, {
    ...Object.fromEntries(
      texts.map((headerText) => [`header ${JSON.stringify(headerText).slice(0, 40)}`, built.forge({ headerText })]),
    ),
    'not UTF-8': built.forge({ headerText: Buffer.from([0xff, 0xfe, 0x7b, 0x7d]) }),
    'fields in a prototype': built.forge({ headerText: JSON.stringify({ ['__proto__']: built.header }) }),
  })
})
