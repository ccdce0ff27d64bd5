import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import t from 'tap'
import {
  accepts,
  ecdsa,
  hmac,
  openService,
  readKeys,
  refuses,
  secretKey,
  underEach,
  type OpenedService,
} from '../support/forged-tokens.ts'

/** One case per value. */
function each<T>(
  values: T[],
  forge: (value: T) => string,
  name: (value: T) => string = (value) => JSON.stringify(value),
) {
  return Object.fromEntries(values.map((value) => [name(value).slice(0, 60), forge(value)]))
}

const unsigned = () => ''

underEach(t, 'an unsigned token is rejected (J1)', async (t, built) => {
  const { forge, token } = built
  const algorithms = ['none', 'None', 'NONE', 'nOnE', ' none', 'none ', '', null, undefined, 0, [], ['none'], {}]
  const [header, payload, signature] = token.split('.')

  await refuses(t, built, {
    ...each(
      algorithms,
      (alg) => forge({ header: { alg }, signer: unsigned }),
      (alg) => `alg ${JSON.stringify(alg)}, no signature`,
    ),
    ...each(
      algorithms,
      (alg) => forge({ header: { alg } }),
      (alg) => `alg ${JSON.stringify(alg)}, signed`,
    ),
    ...each(
      algorithms,
      (alg) => forge({ header: { alg, kid: undefined, typ: 'JWT' }, signer: unsigned }),
      (alg) => `alg ${JSON.stringify(alg)}, no kid`,
    ),
    'an empty signature': forge({ signer: unsigned }),
    'two segments': `${header}.${payload}`,
    'one segment': `${header}`,
    'no header': `.${payload}.${signature}`,
    'no payload': `${header}..${signature}`,
    'four segments': `${token}.${signature}`,
    'five segments': `${token}..`,
    'only dots': '..',
    'a trailing empty segment': `${token}.`,
    'a leading empty segment': `.${token}`,
  })
})

underEach(t, 'a foreign, truncated, padded or altered signature is rejected', async (t, built) => {
  const { forge, signer, token } = built
  const signed = token.slice(0, token.lastIndexOf('.'))
  const signature = token.slice(signed.length + 1)
  const bytes = Buffer.from(signature, 'base64url')
  const other = forge({ claims: { scope: 'account users:write' } })
  const attackerKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()

  await refuses(t, built, {
    'another P-256 key': forge({ signer: ecdsa(attackerKey) }),
    'the signature of another token': `${other.slice(0, other.lastIndexOf('.'))}.${signature}`,
    'one byte shorter': `${signed}.${bytes.subarray(0, -1).toString('base64url')}`,
    'one byte longer': `${signed}.${Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url')}`,
    'one byte': `${signed}.AA`,
    'one character, less than a byte': `${signed}.A`,
    zeroes: `${signed}.${Buffer.alloc(bytes.length).toString('base64url')}`,
    'padded with =': `${token}${'='.repeat((4 - (signature.length % 4)) % 4 || 4)}`,
    'the alphabet of base64': `${signed}.+/${signature.slice(2)}`,
    'trailing garbage': `${token}!`,
    'a space inside': `${signed}.${signature.slice(0, 9)} ${signature.slice(9)}`,
    'another payload with the same header': token.replace(/\.[^.]*\./, `.${Buffer.from('{}').toString('base64url')}.`),
    'the header in another spelling': forge({
      headerText: JSON.stringify(built.header) + ' ',
      signer: () => signer(signed),
    }),
  })
})

t.test('a DER signature instead of the two numbers of ES256 is rejected', async (t) => {
  const built = await openService(t)
  const [key] = await readKeys(built.databaseUrl)
  await refuses(t, built, {
    DER: built.forge({ signer: (input) => sign('sha256', Buffer.from(input), key!.pem).toString('base64url') }),
  })
})

/** Every form in which a public key is published or stored. */
async function publishedForms({ databaseUrl }: OpenedService): Promise<Record<string, string | Buffer>> {
  const [key] = await readKeys(databaseUrl)
  const { kid, publicJwk, pem: privatePem } = key!
  const publicKey = createPublicKey(privatePem)
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const jwk = publicKey.export({ format: 'jwk' })
  const { crv, kty, x, y } = jwk
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return {
    PEM: pem,
    'PEM, trimmed': pem.trim(),
    'PEM after a space': ` ${pem}`,
    'PEM after a line feed': `\n${pem}`,
    'PEM after a BOM': `\uFEFF${pem}`,
    'PEM after a comment': `# signing key\n${pem}`,
    'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
    'the body of PEM': pem.replace(/-----[^-]*-----|\n/g, ''),
    DER: der,
    'JWK as published': publicJwk,
    JWK: JSON.stringify(jwk),
    'JWK as in its thumbprint': JSON.stringify({ crv, kty, x, y }),
    'JWK, indented': JSON.stringify(JSON.parse(publicJwk), null, 2),
    JWKS: `{"keys":[${publicJwk}]}`,
    'JWKS, indented': JSON.stringify({ keys: [JSON.parse(publicJwk)] }, null, 2),
    'bare array': `[${publicJwk}]`,
    'the point': der.subarray(-65),
    x: Buffer.from(String(x), 'base64url'),
    kid,
  }
}

t.test('HS256 keyed with the published public key in any form is rejected (J2)', async (t) => {
  const built = await openService(t)
  for (const [name, key] of Object.entries(await publishedForms(built))) {
    await refuses(t, built, {
      [`HS256 with ${name}`]: built.forge({ header: { alg: 'HS256' }, signer: hmac(key) }),
      [`HS256 with ${name}, no kid`]: built.forge({ header: { alg: 'HS256', kid: undefined }, signer: hmac(key) }),
      [`HS384 with ${name}`]: built.forge({ header: { alg: 'HS384' }, signer: hmac(key, 'sha384') }),
      [`HS512 with ${name}`]: built.forge({ header: { alg: 'HS512' }, signer: hmac(key, 'sha512') }),
      [`HMAC with ${name}, labelled ES256`]: built.forge({ signer: hmac(key) }),
    })
  }
})

t.test('under HS256 public values sign nothing, and other algorithms are rejected (J2)', async (t) => {
  // A database with a key pair of an earlier setting.
  const previous = await openService(t)
  const [key] = await readKeys(previous.databaseUrl)
  const forms = await publishedForms(previous)
  const built = await openService(t, { algorithm: 'HS256', place: previous.place })
  const { forge, header } = built
  await refuses(t, built, {
    ...Object.fromEntries(Object.entries(forms).map(([name, secret]) => [name, forge({ signer: hmac(secret) })])),
    'its own kid': forge({ signer: hmac(String(header.kid)) }),
    'ES256 by a key pair': forge({ header: { alg: 'ES256', kid: key!.kid }, signer: ecdsa(key!.pem) }),
    'ES256 by a key pair under our kid': forge({ header: { alg: 'ES256' }, signer: ecdsa(key!.pem) }),
    'ES256 labelled HS256': forge({ signer: ecdsa(key!.pem) }),
    'HS384 with the secret': forge({ header: { alg: 'HS384' }, signer: hmac(secretKey, 'sha384') }),
    'HS512 with the secret': forge({ header: { alg: 'HS512' }, signer: hmac(secretKey, 'sha512') }),
    'SHA-512 labelled HS256': forge({ signer: hmac(secretKey, 'sha512') }),
    'the algorithm in lower case': forge({ header: { alg: 'hs256' } }),
  })
})

const kids = [
  'unknown',
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '0',
  'null',
  'undefined',
  '../../dev/null',
  '../../../../../../dev/null',
  '/dev/null',
  'file:///dev/null',
  'http://127.0.0.1/key',
  '|id',
  '$(id)',
  "' or '1'='1",
  "x' union select 'key",
  '"; drop table signing_keys; --',
  '%00',
  '\0',
  '\n',
  '😀',
  'k'.repeat(5000),
  null,
  0,
  1,
  true,
  false,
  [],
  {},
  [''],
]

underEach(t, 'a kid that is not the key’s is rejected, with any signature (J3)', async (t, built) => {
  const { forge, header } = built
  const own = String(header.kid)
  const near = [
    `${own} `,
    ` ${own}`,
    `${own}\0`,
    `${own}\n`,
    own.toLowerCase(),
    own.slice(0, -1),
    `${own}=`,
    [own],
    { kid: own },
  ]
  await refuses(t, built, {
    ...each([...kids, ...near], (kid) => forge({ header: { kid } })),
    ...each(
      kids,
      (kid) => forge({ header: { kid, alg: 'HS256' }, signer: hmac('') }),
      (kid) => `empty key, ${JSON.stringify(kid)}`,
    ),
  })
})

underEach(t, 'an HMAC with an empty key or a placeholder is rejected (J3)', async (t, built) => {
  const keys = [
    '',
    '\0',
    '\0'.repeat(32),
    ' ',
    'null',
    'undefined',
    'false',
    '[object Object]',
    'your_secret_key',
    'secret',
  ]
  await refuses(t, built, {
    ...each(keys, (key) => built.forge({ header: { alg: 'HS256' }, signer: hmac(key) })),
    ...each(
      keys,
      (key) => built.forge({ header: { alg: 'HS256', kid: undefined }, signer: hmac(key) }),
      (key) => `${JSON.stringify(key)}, no kid`,
    ),
  })
})

t.test('under ES256 a token must name its key', async (t) => {
  const built = await openService(t)
  await refuses(t, built, { 'no kid': built.forge({ header: { kid: undefined } }) })
})

t.test('under HS256 a program that holds the secret need not know its kid', async (t) => {
  const { app, forge } = await openService(t, { algorithm: 'HS256' })
  await accepts(t, app, { 'no kid': forge({ header: { kid: undefined } }) })
})
