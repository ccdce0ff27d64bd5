import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { build, getMe, onBoth, refresh, signedUp, signIn, type TokenResponse } from '../../support/build.ts'
import { buildWithClients, introspect, revoke, tokenOf } from '../../support/clients.ts'
import { openService, spellings } from '../../support/forged-tokens.ts'

const minute = 60_000

type App = Awaited<ReturnType<typeof build>>['app']

/** Checks for the response that RFC 7009 2.2 requires even for invalid tokens. */
function checkSuccess(t: Test, response: Awaited<ReturnType<typeof revoke>>, what: string) {
  t.strictSame(
    [response.statusCode, response.body, response.headers['cache-control'], response.headers['content-length']],
    [200, '{}', 'no-store', '2'],
    what,
  )
}

/** The statuses of both tokens. A successful refresh advances the session. */
async function statusesAfter(
  app: App,
  { access_token, refresh_token }: Pick<TokenResponse, 'access_token' | 'refresh_token'>,
) {
  const statuses = [(await getMe(app, access_token)).statusCode, (await refresh(app, refresh_token)).statusCode]
  return statuses.join(' ')
}

const aliveStatuses = '200 200'
const endedStatuses = '401 400'

onBoth(t, 'any refresh token of a session ends it, and no other session', async (t, database) => {
  const { app, clock } = await build(t, { database })
  await signedUp(app, 'ada')
  const other = (await signIn(app, 'ada')).json<TokenResponse>()
  for (const [name, show] of Object.entries({
    current: (tokens: string[]) => tokens.at(-1),
    'one behind': (tokens: string[]) => tokens.at(-2),
    'the first of all': (tokens: string[]) => tokens[0],
  })) {
    const { access_token, refresh_token } = (await signIn(app, 'ada')).json<TokenResponse>()
    const tokens = [refresh_token]
    for (let times = 0; times < 3; times++) {
      clock.advance(minute)
      tokens.push((await refresh(app, String(tokens.at(-1)))).json<TokenResponse>().refresh_token)
    }
    checkSuccess(t, await revoke(app, String(show(tokens))), name)
    for (const token of tokens) {
      t.equal(await statusesAfter(app, { access_token, refresh_token: token }), endedStatuses, name)
    }
  }
  t.equal(await statusesAfter(app, other), aliveStatuses, 'another session of the same user')
})

onBoth(
  t,
  'revoking an access token ends its session on the very next request, in every spelling (J9)',
  async (t, database) => {
    const { app, resource, count } = await buildWithClients(t, database)
    const first = await signedUp(app, 'ada')
    const { length, [length - 1]: another } = spellings(first.access_token)
    t.equal(length, 16)
    t.equal(await statusesAfter(app, first), aliveStatuses)
    const before = Number(await count('sessions'))

    checkSuccess(t, await revoke(app, first.access_token), 'as it was issued')
    for (const token of spellings(first.access_token)) {
      t.equal((await getMe(app, token)).statusCode, 401)
      t.equal((await introspect(app, resource, token)).body, '{"active":false}')
    }
    t.equal(await statusesAfter(app, first), endedStatuses)
    t.equal(await count('sessions'), before - 1)

    checkSuccess(t, await revoke(app, String(another)), 'again, in another spelling')
    const second = (await signIn(app, 'ada')).json<TokenResponse>()
    checkSuccess(t, await revoke(app, String(spellings(second.access_token).at(-1))), 'in another spelling')
    t.equal(await statusesAfter(app, second), endedStatuses)
  },
)

onBoth(t, 'a recently expired access token still ends its session', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await signedUp(app, 'ada')
  clock.advance(15 * minute)
  t.equal((await getMe(app, ada.access_token)).statusCode, 401, 'it has expired')
  checkSuccess(t, await revoke(app, ada.access_token), 'expired')
  t.equal((await refresh(app, ada.refresh_token)).statusCode, 400)
})

t.test('an invalid token gets the same response and changes nothing', async (t) => {
  const { app, forge, token, claims, header } = await openService(t)
  const ada = (await signIn(app, 'ada')).json<TokenResponse>()
  const ended = (await signIn(app, 'ada')).json<TokenResponse>()
  await revoke(app, ended.refresh_token)
  const { sid } = decodeJwt(ada.access_token)
  const bytes = Buffer.from(ada.refresh_token.slice('rt_'.length), 'base64url')
  const otherSpelling = spellings(ada.refresh_token.slice('rt_'.length)).find((one) => !ada.refresh_token.endsWith(one))
  const altered = (change: (copy: Buffer) => void) => {
    const copy = Buffer.from(bytes)
    change(copy)
    return `rt_${copy.toString('base64url')}`
  }

  for (const [what, shown] of Object.entries({
    'an ended session, again': ended.refresh_token,
    'the access token of an ended session': ended.access_token,
    garbage: 'garbage',
    'a space': ' ',
    'another alphabet': 'ключ 😀',
    '8192 characters': 'x'.repeat(8192),
    'an object property': '__proto__',
    'a session id': String(sid),
    'a session id as a refresh token': `rt_${sid}`,
    'a forged token with a known sid (S14)': altered((copy) => copy.fill(0, 21)),
    'a forged token with a known sid and random bits (S14)': altered((copy) =>
      copy.set(bytes.subarray(21).toReversed(), 21),
    ),
    'another generation with the same MAC': altered((copy) => copy.writeUInt32BE(7, 17)),
    'a changed bit of the MAC': altered((copy) => copy.writeUInt8(copy.readUInt8(52) ^ 1, 52)),
    'another version': altered((copy) => copy.writeUInt8(2, 0)),
    'another spelling of the refresh token': `rt_${otherSpelling}`,
    'a truncated refresh token': ada.refresh_token.slice(0, -1),
    'a refresh token without its prefix': ada.refresh_token.slice('rt_'.length),
    'an access token with another signature': `${token.slice(0, -8)}AAAAAAAA`,
    'an access token without a signature': `${token.slice(0, token.lastIndexOf('.'))}.`,
    'an access token of another algorithm': forge({ header: { alg: 'none' }, signer: () => '' }),
    'an access token of another issuer': forge({ claims: { iss: 'http://localhost:3001/auth' } }),
    'an access token for another audience': forge({ claims: { aud: 'https://orders.example.com' } }),
    'an access token of another key': forge({ header: { ...header, kid: 'another' } }),
    'a Bearer prefix': `Bearer ${token}`,
  })) {
    checkSuccess(t, await revoke(app, shown), what)
  }
  t.equal((await getMe(app, token)).json().id, claims.sub)
  t.equal(await statusesAfter(app, ada), aliveStatuses)
})

onBoth(t, 'a client cannot revoke its own token or those of others', async (t, database) => {
  const { app, clock, worker, resource } = await buildWithClients(t, database)
  const ada = await signedUp(app, 'ada')
  const own = await tokenOf(app, worker, 'keys:write')
  const keys = async () =>
    (await app.inject({ url: '/auth/keys', headers: { authorization: `Bearer ${own}` } })).statusCode

  const rejections = [
    { who: worker, token: own, error: 'unsupported_token_type' },
    { who: resource, token: own, error: 'invalid_grant' },
    { who: undefined, token: own, error: 'invalid_grant' },
    { who: worker, token: ada.access_token, error: 'invalid_grant' },
    { who: worker, token: ada.refresh_token, error: 'invalid_grant' },
    { who: resource, token: ada.refresh_token, error: 'invalid_grant' },
  ]
  for (const { who, token, error } of rejections) {
    const response = await revoke(app, token, {}, who)
    t.equal(response.statusCode, 400, error)
    t.match(response.json(), { error, code: error, error_description: String, detail: String })
  }
  t.equal(await keys(), 200)
  t.equal(await statusesAfter(app, ada), aliveStatuses)
  checkSuccess(t, await revoke(app, 'garbage', {}, worker), 'an invalid token is accepted from a client')

  clock.advance(15 * minute)
  checkSuccess(t, await revoke(app, own, {}, worker), 'its own expired token')
})

t.test('token_type_hint is ignored', async (t) => {
  const { app } = await build(t)
  await signedUp(app, 'ada')
  for (const token_type_hint of ['access_token', 'refresh_token', 'saml2', '', '__proto__', 'x'.repeat(256)]) {
    for (const kind of ['access_token', 'refresh_token'] as const) {
      const ada = (await signIn(app, 'ada')).json<TokenResponse>()
      checkSuccess(t, await revoke(app, ada[kind], { token_type_hint }), `${kind} as ${token_type_hint}`)
      t.equal(await statusesAfter(app, ada), endedStatuses, `${kind} as ${token_type_hint}`)
    }
  }
})

onBoth(
  t,
  'twenty simultaneous sign-outs all succeed, and a refresh among them does not save the session',
  async (t, database) => {
    const { app } = await build(t, { database })
    const ada = await signedUp(app, 'ada')
    const signOuts = Array.from({ length: 20 }, (_, index) =>
      revoke(app, index % 2 === 0 ? ada.access_token : ada.refresh_token),
    )
    const refreshed = refresh(app, ada.refresh_token)
    for (const response of await Promise.all(signOuts)) checkSuccess(t, response, 'one of them')
    const successor = (await refreshed).json<TokenResponse>()
    t.equal(await statusesAfter(app, ada), endedStatuses)
    if (successor.refresh_token !== undefined) t.equal(await statusesAfter(app, successor), endedStatuses)
  },
)
