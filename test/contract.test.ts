import { parseEnv } from 'node:util'
import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import t from 'tap'
import { settingsFromEnvironment } from '../src/config/config.ts'
import { build, getMe, onBoth, postForm, register, secretFor, signedUp, signIn } from './support/build.ts'

/*
 * What was written for the FastAPI tutorial works here unchanged:
 * https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/
 */
const secretKey = secretFor('the key of the tutorial')
const key = new TextEncoder().encode(secretKey)

const tutorial = parseEnv(`
SECRET_KEY=${secretKey}
ALGORITHM=HS256
ACCESS_TOKEN_EXPIRE_MINUTES=30
`)

const minute = 60_000
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

onBoth(t, 'signs in with the form, with and without grant_type, and with JSON', async (t, database) => {
  const { app } = await build(t, { database, environment: tutorial })
  await register(app, 'johndoe')
  const credentials = { username: 'johndoe', password: secretFor('johndoe') }

  for (const [variant, response] of Object.entries({
    'with grant_type': await postForm(app, '/auth/token', { grant_type: 'password', ...credentials }),
    'without grant_type': await postForm(app, '/auth/token', credentials),
    'with an empty grant_type': await postForm(app, '/auth/token', { grant_type: '', ...credentials }),
    JSON: await app.inject({ method: 'POST', url: '/auth/token', payload: { grant_type: 'password', ...credentials } }),
    'JSON without grant_type': await app.inject({ method: 'POST', url: '/auth/token', payload: credentials }),
  })) {
    t.equal(response.statusCode, 200, variant)
    t.match(response.json(), { access_token: /^ey/, token_type: 'bearer', expires_in: 30 * 60 }, variant)
  }
})

t.test('responds with the user at both spellings of /users/me', async (t) => {
  const { app } = await build(t, { environment: tutorial })
  const { access_token } = await signedUp(app, 'johndoe')
  for (const url of ['/auth/users/me/', '/auth/users/me']) {
    const response = await getMe(app, access_token, url)
    t.equal(response.statusCode, 200, url)
    t.equal(response.json().username, 'johndoe', url)
  }
})

onBoth(
  t,
  'rejects a wrong password, a bad token and a missing token with the details of the tutorial',
  async (t, database) => {
    const { app } = await build(t, { database, environment: tutorial })
    await register(app, 'johndoe')

    for (const username of ['johndoe', 'nobody']) {
      const rejected = await signIn(app, username, { password: secretFor('another') })
      t.equal(rejected.statusCode, 401, username)
      t.equal(rejected.json().detail, 'Incorrect username or password', username)
      t.equal(rejected.headers['www-authenticate'], 'Bearer', username)
    }
    for (const url of ['/auth/users/me/', '/auth/users/me']) {
      const malformed = await getMe(app, 'not-a-token', url)
      t.equal(malformed.statusCode, 401, url)
      t.equal(malformed.json().detail, 'Could not validate credentials', url)
      t.equal(malformed.headers['www-authenticate'], 'Bearer error="invalid_token"', url)

      const missing = await app.inject({ url })
      t.equal(missing.statusCode, 401, url)
      t.equal(missing.json().detail, 'Not authenticated', url)
      t.equal(missing.headers['www-authenticate'], 'Bearer', url)
    }
  },
)

for (const [minutes, environment] of [
  [30, tutorial],
  [15, {}],
] as const) {
  t.test(
    `a token is valid for ${minutes} minutes ${minutes === 15 ? 'without the setting' : 'by the setting'}`,
    async (t) => {
      const { app, clock } = await build(t, { environment })
      const { access_token, expires_in } = await signedUp(app, 'johndoe')
      const { exp, iat } = decodeJwt(access_token)
      t.equal(expires_in, minutes * 60)
      t.equal(Number(exp) - Number(iat), minutes * 60)

      clock.advance(minutes * minute - 1000)
      t.equal((await getMe(app, access_token)).statusCode, 200)
      clock.advance(1000)
      t.equal((await getMe(app, access_token)).json().detail, 'Could not validate credentials')
    },
  )
}

t.test('the placeholder key of the tutorial is rejected with a command that creates a key', async (t) => {
  for (const placeholder of ['your_secret_key', '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7']) {
    const error = t.throws(() => settingsFromEnvironment({ ...tutorial, SECRET_KEY: placeholder }), {
      name: 'StartError',
    })
    t.match(error, { message: /^SECRET_KEY .*node -p/ })
    t.notMatch(error, { message: placeholder })
  }
})

t.test('a token issued here verifies with another JWT library and the secret', async (t) => {
  const { app } = await build(t, { environment: tutorial })
  const user = (await register(app, 'johndoe')).json()
  const { access_token } = (await signIn(app, 'johndoe')).json()
  const issuer = 'http://localhost:3000/auth'

  const { payload, protectedHeader } = await jwtVerify(access_token, key, {
    algorithms: ['HS256'],
    typ: 'at+jwt',
    issuer,
    audience: issuer,
  })
  t.match(protectedHeader, { alg: 'HS256', typ: 'at+jwt', kid: /^[\w-]{22}$/ })
  t.match(payload, {
    iss: issuer,
    sub: user.id,
    aud: issuer,
    client_id: 'latchkey',
    iat: Number,
    exp: Number,
    jti: uuid,
    sid: uuid,
    scope: 'account',
    preferred_username: 'johndoe',
  })
  const tampered = `${access_token.slice(0, -4)}AAAA`
  await t.rejects(jwtVerify(tampered, key), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
})

/** Signs like another program with the secret. */
function signElsewhere(claims: JWTPayload, header: object = {}) {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header }).sign(key)
}

onBoth(
  t,
  'a token signed elsewhere is accepted during its session, with our kid or without one',
  async (t, database) => {
    const { app, clock } = await build(t, { database, environment: tutorial })
    const { access_token } = await signedUp(app, 'johndoe')
    const { kid } = decodeProtectedHeader(access_token)
    const claims = { ...decodeJwt(access_token), jti: 'made elsewhere' }

    for (const header of [{}, { kid }]) {
      const response = await getMe(app, await signElsewhere(claims, header))
      t.equal(response.statusCode, 200, JSON.stringify(header))
      t.equal(response.json().username, 'johndoe')
    }

    const statusAfter = async (days: number) => {
      clock.advance(days * 24 * 60 * minute)
      const iat = Math.floor(clock.now() / 1000)
      return (await getMe(app, await signElsewhere({ ...claims, iat, exp: iat + 60 }))).statusCode
    }
    t.equal(await statusAfter(13), 200)
    t.equal(await statusAfter(1), 401, 'the session has ended')
  },
)

t.test('a token signed elsewhere without a live session or with other claims is rejected', async (t) => {
  const { app } = await build(t, { environment: tutorial })
  const claims = decodeJwt((await signedUp(app, 'johndoe')).access_token)
  const { sid: otherSession, sub: otherUser } = decodeJwt((await signedUp(app, 'mallory')).access_token)
  const { sid, sub, ...withoutBoth } = claims

  for (const [fault, token] of Object.entries({
    'no session': await signElsewhere({ ...withoutBoth, sub: String(sub) }),
    'an unknown session': await signElsewhere({ ...claims, sid: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a' }),
    'the session of another user': await signElsewhere({ ...claims, sid: otherSession }),
    'another user on the session': await signElsewhere({ ...claims, sub: String(otherUser) }),
    'no user': await signElsewhere({ ...withoutBoth, sid }),
    'the username instead of the id, as in the tutorial': await signElsewhere({ ...claims, sub: 'johndoe' }),
    'only the claims of the tutorial': await signElsewhere({ sub: 'johndoe', exp: Number(claims.exp) }),
    'another issuer': await signElsewhere({ ...claims, iss: 'http://localhost:3001/auth' }),
    'another audience': await signElsewhere({ ...claims, aud: 'https://api.example.com' }),
    'a longer lifetime': await signElsewhere({ ...claims, exp: Number(claims.exp) + 1 }),
    'another kid': await signElsewhere(claims, { kid: 'another' }),
    'another type': await signElsewhere(claims, { typ: 'JWT' }),
  })) {
    const response = await getMe(app, token)
    t.equal(response.statusCode, 401, fault)
    t.equal(response.json().detail, 'Could not validate credentials', fault)
  }
  t.equal((await getMe(app, await signElsewhere(claims))).statusCode, 200, 'unchanged, it is accepted')
})
