import type { FastifyInstance } from 'fastify'
import { decodeProtectedHeader } from 'jose'
import t, { type Test } from 'tap'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { createRefreshTokens } from '../../src/tokens/refresh-tokens.ts'
import {
  build,
  getMe,
  onBoth,
  postForm,
  refresh,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../support/build.ts'
import { masterKey, placeOf } from '../support/forged-tokens.ts'
import { createVersionOne } from '../support/version-one.ts'

const minute = 60_000
const issuer = 'http://localhost:3000/auth'

onBoth(t, 'over a database of version 0.1.0, who was signed in still is, and is listed', async (t, database) => {
  const { app, token, sessionId } = await upgraded(t, database)
  t.match((await getMe(app, token)).json(), { username: 'ada' })
  t.match((await getMe(app, token, '/auth/users/me/sessions')).json(), {
    sessions: [{ id: sessionId, address: null, device: 'Unknown device', current: true }],
  })

  t.equal((await postForm(app, '/auth/revoke', { token })).statusCode, 200)
  t.equal((await getMe(app, token)).statusCode, 401, 'and can sign out')
})

onBoth(t, 'over a database of version 0.1.0, people sign in and refresh', async (t, database) => {
  const { app, token, kid } = await upgraded(t, database)
  t.strictSame(
    (await jwksOf(app)).keys.map((key) => key.kid),
    [kid],
    'a key that is young needs no successor',
  )
  t.equal((await signIn(app, 'ada', { password: secretFor('eve') })).statusCode, 401)
  const signedIn = (await signIn(app, 'ada')).json<TokenResponse>()
  const refreshed = (await refresh(app, signedIn.refresh_token)).json<TokenResponse>()
  for (const one of [token, signedIn.access_token, refreshed.access_token]) {
    t.equal((await getMe(app, one)).statusCode, 200)
  }
  t.equal((await getMe(app, token, '/auth/users/me/sessions')).json<{ sessions: unknown[] }>().sessions.length, 2)
})

onBoth(
  t,
  'a session of version 0.1.0 has no refresh token: one made up for it does nothing (S14)',
  async (t, database) => {
    const { app, token, sessionId: id } = await upgraded(t, database)
    const { issue } = createRefreshTokens({ masterKey: createMasterKey(masterKey) })
    for (const generation of [0, 1]) {
      const madeUp = issue({ id, generation, nonce: '' })
      const response = await refresh(app, madeUp)
      t.equal(response.statusCode, 400)
      t.match(response.json(), { error: 'invalid_grant' })
      t.equal((await postForm(app, '/auth/revoke', { token: madeUp })).statusCode, 200)
    }
    t.equal((await getMe(app, token)).statusCode, 200)
  },
)

onBoth(t, 'a key of version 0.1.0 goes on, and gives way in time: no token is lost by it', async (t, database) => {
  const { app, clock, token, kid } = await upgraded(t, database, 400)
  const { keys } = await jwksOf(app)
  t.equal(keys.length, 2, 'the next one is published')
  t.match(keys[0], { kid })

  const before = (await signIn(app, 'ada')).json<TokenResponse>().access_token
  t.equal(decodeProtectedHeader(before).kid, kid)
  clock.advance(20 * minute)
  const after = (await signIn(app, 'ada')).json<TokenResponse>().access_token
  t.equal(decodeProtectedHeader(after).kid, keys[1]?.kid)

  clock.advance(-10 * minute)
  for (const one of [token, before]) t.equal((await getMe(app, one)).statusCode, 200)
})

onBoth(t, 'over a database of version 0.1.0, a master key that is not its own is refused', async (t, database) => {
  const place = await placeOf(t, database)
  await createVersionOne(place.DATABASE_URL, issuer, 1)
  await t.rejects(build(t, { environment: { ...place, MASTER_KEY: secretFor('another master key') } }), {
    code: 'start_refused',
    faults: [/^MASTER_KEY is not the one/],
  })
  await t.resolves(build(t, { environment: place }), 'and its own is taken after that')
})

async function upgraded(t: Test, database: DatabaseKind, keyAge = 1) {
  const place = await placeOf(t, database)
  const made = await createVersionOne(place.DATABASE_URL, issuer, keyAge)
  return { ...(await build(t, { environment: place })), ...made }
}

async function jwksOf(app: FastifyInstance) {
  const response = await app.inject('/auth/jwks.json')
  return response.json<{ keys: { kid: string }[] }>()
}
