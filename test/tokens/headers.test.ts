import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair } from 'jose'
import t from 'tap'
import { accepts, ecdsa, refuses, underEach } from '../support/forged-tokens.ts'

underEach(
  t,
  'a token that demands extensions, or is signed otherwise than a JWT, is refused (J4)',
  async (t, built) => {
    const headers: Record<string, object> = {
      'an unknown extension': { crit: ['x'], x: 1 },
      'an extension that is not there': { crit: ['x'] },
      'no extension': { crit: [] },
      'a header of the standard': { crit: ['alg'] },
      'exp, which is no header': { crit: ['exp'] },
      'the same one twice': { crit: ['x', 'x'], x: 1 },
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
      Object.fromEntries(
        Object.entries(headers).map(([name, header]) => [name, built.forge({ header: { ...header } })]),
      ),
    )
  },
)

underEach(t, 'a key that a token contains, or names by URL, is neither used nor fetched (J5)', async (t, built) => {
  const {
    forge,
    header: { kid },
  } = built
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const signer = ecdsa(await exportPKCS8(privateKey))
  const publicJwk = await exportJWK(publicKey)
  const der = (await exportSPKI(publicKey)).replace(/-----[^-]*-----|\n/g, '')

  // Serves the stranger's key to whoever asks: who does ask, accepts the token.
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

  const bringers: Record<string, object> = {
    jwk: { jwk: publicJwk },
    'jwk with our kid': { jwk: { ...publicJwk, kid } },
    'jwk null': { jwk: null },
    jku: { jku: url },
    'jku by https': { jku: url.replace('http:', 'https:') },
    'jku behind our name': { jku: `http://localhost:3000@127.0.0.1:${port}/auth/jwks.json` },
    'jku empty': { jku: '' },
    x5u: { x5u: url },
    x5c: { x5c: [der] },
    'x5c empty': { x5c: [] },
    'all of them': { jwk: publicJwk, jku: url, x5u: url, x5c: [der] },
  }
  for (const [name, header] of Object.entries(bringers)) {
    await refuses(t, built, {
      [`${name}, signed by a stranger`]: forge({ header: { ...header, alg: 'ES256' }, signer }),
      [`${name}, signed by a stranger with a kid of theirs`]: forge({
        header: { ...header, alg: 'ES256', kid: 'theirs' },
        signer,
      }),
      [`${name}, signed by a stranger without a kid`]: forge({
        header: { ...header, alg: 'ES256', kid: undefined },
        signer,
      }),
      [`${name}, rightly signed`]: forge({ header: { ...header } }),
    })
  }
  await refuses(t, built, {
    'an issuer to ask for keys': forge({ header: { alg: 'ES256', kid: 'theirs' }, claims: { iss: url }, signer }),
    'a kid to fetch': forge({ header: { alg: 'ES256', kid: url }, signer }),
  })

  // Ours comes after whatever was under way, and shows that the server notices.
  await (await fetch(`http://127.0.0.1:${port}/last`)).text()
  t.strictSame(seen, ['a connection', 'a request for /last'])
})

underEach(t, 'another kind of token, signed with the same key, is no access token (J11)', async (t, built) => {
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

underEach(t, 'an access token is known by its type, in either spelling (RFC 9068 4)', async (t, { app, forge }) => {
  await accepts(t, app, {
    'at+jwt': forge({ header: { typ: 'at+jwt' } }),
    'application/at+jwt': forge({ header: { typ: 'application/at+jwt' } }),
    'in upper case': forge({ header: { typ: 'AT+JWT' } }),
    'with a content type': forge({ header: { cty: 'json' } }),
    'with a header nobody knows': forge({ header: { x: 1 } }),
  })
})

underEach(t, 'a header that is no JSON object is refused', async (t, built) => {
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
    'members in a prototype': built.forge({ headerText: JSON.stringify({ ['__proto__']: built.header }) }),
  })
})
