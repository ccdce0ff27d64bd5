import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { build, getMe, onBoth, refresh, signedUp, signIn, type TokenResponse } from '../../support/build.ts'
import { buildWithClients, introspect, revoke, tokenOf } from '../../support/clients.ts'
import { openService, spellings } from '../../support/forged-tokens.ts'

const minute = 60_000

type App = Awaited<ReturnType<typeof build>>['app']

/** The usual answer to a sign-out, whatever came of it (RFC 7009 2.2). */
function answersWell(t: Test, response: Awaited<ReturnType<typeof revoke>>, what: string) {
  t.strictSame(
    [response.statusCode, response.body, response.headers['cache-control'], response.headers['content-length']],
    [200, '', 'no-store', '0'],
    what,
  )
}

/** Whether a session still goes on, by both its tokens; a refresh that succeeds moves it on. */
async function lives(app: App, { access_token, refresh_token }: Pick<TokenResponse, 'access_token' | 'refresh_token'>) {
  const statuses = [(await getMe(app, access_token)).statusCode, (await refresh(app, refresh_token)).statusCode]
  return statuses.join(' ')
}

const living = '200 200'
const over = '401 400'

onBoth(t, 'any refresh token of a session ends it, and nothing but it', async (t, database) => {
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
    answersWell(t, await revoke(app, String(show(tokens))), name)
    for (const token of tokens) t.equal(await lives(app, { access_token, refresh_token: token }), over, name)
  }
  t.equal(await lives(app, other), living, 'the other device of the same user')
})

onBoth(
  t,
  'an access token ends its session: it and the refresh token fail on the very next request, in every spelling (J9)',
  async (t, database) => {
    const { app, resource, count } = await buildWithClients(t, database)
    const first = await signedUp(app, 'ada')
    const { length, [length - 1]: another } = spellings(first.access_token)
    t.equal(length, 16)
    t.equal(await lives(app, first), living)
    const before = Number(await count('sessions'))

    answersWell(t, await revoke(app, first.access_token), 'as it was issued')
    for (const token of spellings(first.access_token)) {
      t.equal((await getMe(app, token)).statusCode, 401)
      t.equal((await introspect(app, resource, token)).body, '{"active":false}')
    }
    t.equal(await lives(app, first), over)
    t.equal(await count('sessions'), before - 1)

    answersWell(t, await revoke(app, String(another)), 'once more, in another spelling')
    const second = (await signIn(app, 'ada')).json<TokenResponse>()
    answersWell(t, await revoke(app, String(spellings(second.access_token).at(-1))), 'in another spelling')
    t.equal(await lives(app, second), over)
  },
)

onBoth(t, 'an access token that has just expired still ends its session', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await signedUp(app, 'ada')
  clock.advance(15 * minute)
  t.equal((await getMe(app, ada.access_token)).statusCode, 401, 'it has expired')
  answersWell(t, await revoke(app, ada.access_token), 'expired')
  t.equal((await refresh(app, ada.refresh_token)).statusCode, 400)
})

t.test('what is no token of a living session is answered in the same way, and changes nothing', async (t) => {
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
    'an ended session, once more': ended.refresh_token,
    'an ended session’s access token': ended.access_token,
    garbage: 'garbage',
    'a space': ' ',
    'another alphabet': 'ключ 😀',
    '8192 characters': 'x'.repeat(8192),
    'a name of an object': '__proto__',
    'the name of the session': String(sid),
    'its name as a refresh token': `rt_${sid}`,
    'made up around a known sid (S14)': altered((copy) => copy.fill(0, 21)),
    'the same, with random bits (S14)': altered((copy) => copy.set(bytes.subarray(21).toReversed(), 21)),
    'another generation with the MAC of this one': altered((copy) => copy.writeUInt32BE(7, 17)),
    'one bit of the MAC': altered((copy) => copy.writeUInt8(copy.readUInt8(52) ^ 1, 52)),
    'another version': altered((copy) => copy.writeUInt8(2, 0)),
    'another spelling of the refresh token': `rt_${otherSpelling}`,
    'a refresh token cut short': ada.refresh_token.slice(0, -1),
    'a refresh token without its beginning': ada.refresh_token.slice('rt_'.length),
    'an access token with another signature': `${token.slice(0, -8)}AAAAAAAA`,
    'an access token without one': `${token.slice(0, token.lastIndexOf('.'))}.`,
    'an access token of another algorithm': forge({ header: { alg: 'none' }, signer: () => '' }),
    'an access token of another issuer': forge({ claims: { iss: 'http://localhost:3001/auth' } }),
    'an access token for somebody else': forge({ claims: { aud: 'https://orders.example.com' } }),
    'an access token of another key': forge({ header: { ...header, kid: 'another' } }),
    'a token of Bearer': `Bearer ${token}`,
  })) {
    answersWell(t, await revoke(app, shown), what)
  }
  t.equal((await getMe(app, token)).json().id, claims.sub)
  t.equal(await lives(app, ada), living)
})

onBoth(t, 'a client’s own token cannot be revoked, nor can it revoke those of others', async (t, database) => {
  const { app, clock, worker, resource } = await buildWithClients(t, database)
  const ada = await signedUp(app, 'ada')
  const own = await tokenOf(app, worker, 'keys:write')
  const keys = async () =>
    (await app.inject({ url: '/auth/keys', headers: { authorization: `Bearer ${own}` } })).statusCode

  const refusals = [
    { who: worker, token: own, error: 'unsupported_token_type' },
    { who: resource, token: own, error: 'invalid_grant' },
    { who: undefined, token: own, error: 'invalid_grant' },
    { who: worker, token: ada.access_token, error: 'invalid_grant' },
    { who: worker, token: ada.refresh_token, error: 'invalid_grant' },
    { who: resource, token: ada.refresh_token, error: 'invalid_grant' },
  ]
  for (const { who, token, error } of refusals) {
    const response = await revoke(app, token, {}, who)
    t.equal(response.statusCode, 400, error)
    t.match(response.json(), { error, code: error, error_description: String, detail: String })
  }
  t.equal(await keys(), 200)
  t.equal(await lives(app, ada), living)
  answersWell(t, await revoke(app, 'garbage', {}, worker), 'a client may show what is none')

  clock.advance(15 * minute)
  answersWell(t, await revoke(app, own, {}, worker), 'its own, expired')
})

t.test('token_type_hint is not looked at, whatever it says', async (t) => {
  const { app } = await build(t)
  await signedUp(app, 'ada')
  for (const token_type_hint of ['access_token', 'refresh_token', 'saml2', '', '__proto__', 'x'.repeat(256)]) {
    for (const kind of ['access_token', 'refresh_token'] as const) {
      const ada = (await signIn(app, 'ada')).json<TokenResponse>()
      answersWell(t, await revoke(app, ada[kind], { token_type_hint }), `${kind} as ${token_type_hint}`)
      t.equal(await lives(app, ada), over, `${kind} as ${token_type_hint}`)
    }
  }
})

onBoth(
  t,
  'twenty sign-outs at once are all answered well, and a refresh among them does not save the session',
  async (t, database) => {
    const { app } = await build(t, { database })
    const ada = await signedUp(app, 'ada')
    const outs = Array.from({ length: 20 }, (_, index) =>
      revoke(app, index % 2 === 0 ? ada.access_token : ada.refresh_token),
    )
    const refreshed = refresh(app, ada.refresh_token)
    for (const response of await Promise.all(outs)) answersWell(t, response, 'one of them')
    const successor = (await refreshed).json<TokenResponse>()
    t.equal(await lives(app, ada), over)
    if (successor.refresh_token !== undefined) t.equal(await lives(app, successor), over)
  },
)
