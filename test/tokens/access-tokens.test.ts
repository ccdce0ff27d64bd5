import { createSecretKey } from 'node:crypto'
import { createDecoder, createSigner, createVerifier } from 'fast-jwt'
import { decodeJwt, importJWK, jwtVerify, SignJWT } from 'jose'
import t from 'tap'
import { createAccessTokens } from '../../src/tokens/access-tokens.ts'
import type { JwtLibrary } from '../../src/keys/jwt-library.ts'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { createSharedSecrets } from '../../src/keys/shared-secrets.ts'
import { build, getMe, query, secretFor, signIn } from '../support/build.ts'
import {
  accepts,
  invalidToken,
  openService,
  readKeys,
  secretKey,
  summaryOf,
  underEach,
  type Algorithm,
} from '../support/forged-tokens.ts'

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The key that other services verify with: the published one or the shared secret. */
async function verifyingKey(databaseUrl: string, algorithm: Algorithm) {
  if (algorithm === 'HS256') return createSecretKey(secretKey, 'utf8')
  const [key] = await readKeys(databaseUrl)
  return importJWK(JSON.parse(key!.publicJwk))
}

underEach(
  t,
  'a token has the documented header and claims, and no others (RFC 9068 2)',
  async (t, { app, clock, databaseUrl, header, claims }, alg) => {
    t.strictSame(Object.keys(header).sort(), ['alg', 'kid', 'typ'])
    t.match(header, { alg, typ: 'at+jwt', kid: /^[\w-]{22,43}$/ })

    t.strictSame(Object.keys(claims).sort(), [
      'acr',
      'amr',
      'aud',
      'auth_time',
      'client_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'preferred_username',
      'scope',
      'sid',
      'sub',
    ])
    const iat = Math.floor(clock.now() / 1000)
    const [user] = await query<{ id: string }>(databaseUrl, 'select id from users')
    const [session] = await query<{ id: string }>(databaseUrl, 'select id from sessions')
    t.strictSame(
      { ...claims, jti: undefined },
      {
        iss: 'http://localhost:3000/auth',
        sub: user!.id,
        aud: 'http://localhost:3000/auth',
        client_id: 'latchkey',
        iat,
        exp: iat + 15 * 60,
        jti: undefined,
        sid: session!.id,
        auth_time: iat,
        amr: ['pwd'],
        acr: 'aal1',
        scope: 'account',
        preferred_username: 'ada',
      },
    )
    for (const id of [claims.jti, claims.sid, claims.sub]) t.match(id, uuid7)

    clock.advance(1000)
    const second = decodeJwt((await signIn(app, 'ada')).json().access_token)
    t.strictSame([second.sub, second.iat], [claims.sub, iat + 1])
    t.not(second.jti, claims.jti)
    t.not(second.sid, claims.sid)
  },
)

underEach(
  t,
  'any JWT library verifies a token with the published key or the shared secret',
  async (t, { clock, databaseUrl, token, claims }, algorithm) => {
    const { payload } = await jwtVerify(token, await verifyingKey(databaseUrl, algorithm), {
      algorithms: [algorithm],
      typ: 'at+jwt',
      issuer: 'http://localhost:3000/auth',
      audience: 'http://localhost:3000/auth',
      requiredClaims: ['exp', 'iat', 'sub', 'sid', 'jti', 'client_id', 'scope'],
      currentDate: new Date(clock.now()),
    })
    t.strictSame(payload, claims)
  },
)

t.test('a token signed by another program with the shared secret is accepted only with a live session', async (t) => {
  const { app, clock, claims } = await openService(t, { algorithm: 'HS256' })
  const iat = Math.floor(clock.now() / 1000)
  const signed = (sid: unknown) =>
    new SignJWT({ scope: 'account', client_id: 'latchkey', sid })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer('http://localhost:3000/auth')
      .setAudience('http://localhost:3000/auth')
      .setSubject(String(claims.sub))
      .setIssuedAt(iat)
      .setExpirationTime(iat + 60)
      .setJti('made elsewhere')
      .sign(new TextEncoder().encode(secretKey))
  await accepts(t, app, { 'with the session': await signed(claims.sid) })
  t.equal((await getMe(app, await signed('01900000-0000-7000-8000-000000000000'))).statusCode, 401)
  t.equal((await getMe(app, await signed(undefined))).statusCode, 401)
})

t.test('the audience is AUDIENCE, and always includes the issuer', async (t) => {
  const issuer = 'https://id.example.com:8443/auth'
  const audiences: [string | undefined, string | string[]][] = [
    [undefined, issuer],
    ['https://api.example.com', [issuer, 'https://api.example.com']],
    ['https://api.example.com, files', [issuer, 'https://api.example.com', 'files']],
    [issuer, issuer],
    [`https://api.example.com,${issuer},https://api.example.com`, [issuer, 'https://api.example.com']],
  ]
  for (const [AUDIENCE, aud] of audiences) {
    await t.test(`AUDIENCE=${AUDIENCE}`, async (t) => {
      const environment = { PUBLIC_URL: 'https://id.example.com:8443', ...(AUDIENCE === undefined ? {} : { AUDIENCE }) }
      const { app, token, claims, forge } = await openService(t, { environment })
      t.strictSame([claims.iss, claims.aud], [issuer, aud])
      await accepts(t, app, { issued: token })
      t.equal(
        (await getMe(app, forge({ claims: { aud: 'https://api.example.com' } }))).statusCode,
        401,
        'a token for another service is rejected',
      )
    })
  }
})

t.test('the issuer is PUBLIC_URL and PREFIX, regardless of the Host header', async (t) => {
  const { app } = await build(t, { environment: { PUBLIC_URL: 'https://id.example.com', PREFIX: '/api/v1/auth' } })
  const account = { username: 'ada', password: secretFor('ada') }
  const headers = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example',
  }
  await app.inject({ method: 'POST', url: '/api/v1/auth/users', headers, payload: account })
  const { access_token: token } = (
    await app.inject({
      method: 'POST',
      url: '/api/v1/auth/token',
      headers,
      payload: { grant_type: 'password', ...account },
    })
  ).json()
  t.match(decodeJwt(token), { iss: 'https://id.example.com/api/v1/auth', aud: 'https://id.example.com/api/v1/auth' })
  t.equal((await getMe(app, token, '/api/v1/auth/users/me')).statusCode, 200)
})

t.test('a token of one mount is invalid on another, even if they share database and key', async (t) => {
  const { app, place, token } = await openService(t)
  const { app: other } = await build(t, { environment: { ...place, PREFIX: '/other' } })
  await accepts(t, app, { 'where it was issued': token })
  t.strictSame(summaryOf(await getMe(other, token, '/other/users/me')), invalidToken)
})

underEach(t, 'a token is valid for exactly fifteen minutes', async (t, { app, clock, token, claims }) => {
  clock.advance(Number(claims.exp) * 1000 - clock.now() - 1)
  await accepts(t, app, { 'in its last millisecond': token })
  clock.advance(1)
  t.strictSame(summaryOf(await getMe(app, token)), invalidToken)
})

t.test('ACCESS_TOKEN_EXPIRE_MINUTES is both the lifetime of new tokens and the longest one accepted', async (t) => {
  const { app, clock, token, claims, forge } = await openService(t, {
    algorithm: 'HS256',
    environment: { ACCESS_TOKEN_EXPIRE_MINUTES: '30' },
  })
  const iat = Number(claims.iat)
  t.equal(claims.exp, iat + 30 * 60)
  t.equal((await signIn(app, 'ada')).json().expires_in, 30 * 60)
  t.equal((await getMe(app, forge({ claims: { exp: iat + 30 * 60 + 1 } }))).statusCode, 401)
  clock.advance(29 * 60 * 1000)
  await accepts(t, app, { 'after 29 minutes': token })
  clock.advance(60 * 1000)
  t.equal((await getMe(app, token)).statusCode, 401)
})

t.test('a token never outlives its session', async (t) => {
  const time = 1_800_000_000_000
  const now = () => time
  const jwt: Omit<JwtLibrary, 'decode'> = {
    open: async ({ alg, kid, publicKey }) => ({
      sign: createSigner({ algorithm: alg, kid, header: { alg, typ: 'at+jwt' }, key: publicKey }),
      verify: createVerifier({ key: publicKey, algorithms: ['HS256'], ignoreExpiration: true }),
    }),
  }
  const { issue, verify } = createAccessTokens({
    keyRing: createKeyRing({
      source: createSharedSecrets(secretKey, []),
      jwt,
      now,
      audit: { reportFinding() {} },
      unknownKeyMs: 0,
    }),
    decode: createDecoder({ complete: true }),
    issuer: 'https://id.example.com/auth',
    audience: ['https://id.example.com/auth'],
    lifetimeMinutes: 15,
    now,
  })
  const user = { id: '01900000-0000-7000-8000-000000000001', username: 'ada' }
  const session = {
    id: '01900000-0000-7000-8000-000000000002',
    authenticatedAt: time,
    methods: ['pwd' as const],
  }
  const lifetimes = { 60: 60, 899: 899, 900: 900, 901: 900, 100_000: 900 }
  for (const [left, lifetime] of Object.entries(lifetimes)) {
    const { token, expiresIn } = await issue(
      user,
      { ...session, expiresAt: time + Number(left) * 1000 + 999 },
      'account',
    )
    t.strictSame(
      [decodeJwt(token).exp, expiresIn],
      [time / 1000 + lifetime, lifetime],
      `a session with ${left} seconds left`,
    )
    t.match(await verify(token), { subject: user.id, sessionId: session.id, scopes: ['account'] })
  }
  const { token } = await issue(user, { ...session, expiresAt: time }, 'account')
  t.equal(await verify(token), undefined, 'an ended session')
})

t.test('a token as long-lived as its session expires with it', async (t) => {
  const { app, clock, token, claims } = await openService(t, {
    environment: { ACCESS_TOKEN_EXPIRE_MINUTES: '1440', SESSION_IDLE_DAYS: '1' },
  })
  t.equal(claims.exp, Number(claims.iat) + 24 * 60 * 60)
  clock.advance(Number(claims.exp) * 1000 - clock.now() - 1)
  await accepts(t, app, { 'in its last millisecond': token })
  clock.advance(1)
  t.strictSame(summaryOf(await getMe(app, token)), invalidToken)
})
