import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import {
  day,
  getMe,
  minute,
  onBoth,
  refresh,
  secretFor,
  signedUp,
  signIn,
  type TokenResponse,
} from '../../support/build.ts'
import { invalidToken, spellings, summaryOf } from '../../support/forged-tokens.ts'
import { openSessions, refreshed, statusesOf } from '../../support/refreshing.ts'

interface Session {
  id: string
  device: string
  address: string | null
  created_at: string
  used_at: string
  expires_at: string
  current: boolean
}

const url = '/auth/users/me/sessions'
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const list = (app: FastifyInstance, token: string) => app.inject({ url, headers: bearer(token) })
const end = (app: FastifyInstance, token: string, id: string) =>
  app.inject({ method: 'DELETE', url: `${url}/${id}`, headers: bearer(token) })
const endOthers = (app: FastifyInstance, token: string) => app.inject({ method: 'DELETE', url, headers: bearer(token) })

async function sessionsOf(app: FastifyInstance, token: string) {
  return (await list(app, token)).json<{ sessions: Session[] }>().sessions
}

async function idOf(app: FastifyInstance, token: string) {
  return (await sessionsOf(app, token)).find(({ current }) => current)!.id
}

async function signInFrom(app: FastifyInstance, remoteAddress: string, userAgent: string) {
  const response = await app.inject({
    method: 'POST',
    url: '/auth/token',
    remoteAddress,
    headers: { 'user-agent': userAgent },
    payload: { username: 'ada', password: secretFor('ada') },
  })
  return response.json<TokenResponse>()
}

/** Checks that tokens of the session are rejected on the next request, in every spelling. */
async function checkEnded(
  t: Test,
  app: FastifyInstance,
  { access_token: access, refresh_token: token }: TokenResponse,
) {
  for (const spelling of spellings(access)) t.strictSame(summaryOf(await getMe(app, spelling)), invalidToken)
  t.equal((await list(app, access)).statusCode, 401)
  t.match((await refresh(app, token)).json(), { error: 'invalid_grant' })
}

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0'
const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/18.6 Mobile/15E148 Safari/604.1'

onBoth(t, 'a session ended from another device is rejected at once (J9)', async (t, database) => {
  const { app, clock } = await openSessions(t, database)
  const phone = await signInFrom(app, '203.0.113.7', iPhone)
  clock.advance(minute)
  const desk = await signInFrom(app, '2001:db8::7', firefox)
  t.strictSame(
    await statusesOf(app, [...spellings(phone.access_token), desk.access_token]),
    [...spellings(phone.access_token), desk].map(() => 200),
  )

  const [first, second, ...others] = await sessionsOf(app, desk.access_token)
  t.strictSame(others, [])
  t.match(first, { device: 'Firefox on Windows', address: '2001:db8::7', current: true })
  t.match(second, { device: 'Safari on iOS', address: '203.0.113.7', current: false })

  const ended = await end(app, desk.access_token, second!.id)
  t.equal(ended.statusCode, 204)
  t.equal(ended.body, '')
  await checkEnded(t, app, phone)
  t.strictSame(
    (await sessionsOf(app, desk.access_token)).map(({ id }) => id),
    [first!.id],
  )
  await refreshed(t, app, desk.refresh_token)

  t.equal((await end(app, desk.access_token, second!.id)).statusCode, 404, 'it cannot be ended twice')
})

onBoth(t, 'the list shows when each session began, was last used and expires, last used first', async (t, database) => {
  const { app, clock } = await openSessions(t, database)
  const startedAt = clock.now()
  const iso = (time: number) => new Date(time).toISOString()
  const used = await signInFrom(app, '203.0.113.7', 'curl/8.5.0')
  const current = await signInFrom(app, '203.0.113.8', firefox)
  await signedUp(app, 'eve')
  clock.advance(day)
  const { access_token: token } = await refreshed(t, app, current.refresh_token)
  clock.advance(minute)
  await refreshed(t, app, used.refresh_token)

  const response = await list(app, token)
  t.equal(response.statusCode, 200)
  t.equal(response.headers['cache-control'], 'no-store')
  const { sessions } = response.json<{ sessions: Session[] }>()
  const authentication = { authenticated_at: iso(startedAt), amr: ['pwd'], acr: 'aal1' }
  t.strictSame(
    sessions.map(({ id, ...session }) => session),
    [
      {
        device: 'curl',
        address: '127.0.0.1',
        created_at: iso(startedAt),
        used_at: iso(startedAt + day + minute),
        expires_at: iso(startedAt + 15 * day + minute),
        ...authentication,
        current: false,
      },
      {
        device: 'Firefox on Windows',
        address: '127.0.0.1',
        created_at: iso(startedAt),
        used_at: iso(startedAt + day),
        expires_at: iso(startedAt + 15 * day),
        ...authentication,
        current: true,
      },
    ],
  )
  t.notMatch(response.body, /rt_|eyJ|nonce|generation|scope/)
})

onBoth(t, 'expired sessions are not listed and cannot be ended', async (t, database) => {
  const { app, clock, signIn } = await openSessions(t, database, { SESSION_IDLE_DAYS: '3' })
  const idle = await idOf(app, (await signIn()).access_token)
  clock.advance(day)
  const { access_token: old, refresh_token: token } = await signIn()
  t.equal((await sessionsOf(app, old)).length, 2)
  clock.advance(2 * day)
  const { access_token: access } = await refreshed(t, app, token)
  t.strictSame(
    (await sessionsOf(app, access)).map(({ current }) => current),
    [true],
  )
  t.equal((await end(app, access, idle)).statusCode, 404)
})

onBoth(t, 'all other sessions of the user can be ended at once', async (t, database) => {
  const { app, rows, signIn } = await openSessions(t, database)
  const others = [await signIn(), await signIn()]
  const here = await signIn()
  const eve = await signedUp(app, 'eve')
  const response = await endOthers(app, here.access_token)
  t.equal(response.statusCode, 204)
  t.equal(response.body, '')
  for (const other of others) await checkEnded(t, app, other)
  t.strictSame(await statusesOf(app, [here.access_token, eve.access_token]), [200, 200])
  t.equal((await rows()).length, 2)

  t.equal((await endOthers(app, here.access_token)).statusCode, 204, 'also when there are no others')
  t.equal((await getMe(app, here.access_token)).statusCode, 200)
})

onBoth(t, 'the current session can be ended like any other', async (t, database) => {
  const { app, signIn } = await openSessions(t, database)
  const [here, other] = [await signIn(), await signIn()]
  const id = await idOf(app, here.access_token)
  t.equal((await end(app, here.access_token, id)).statusCode, 204)
  await checkEnded(t, app, here)
  t.strictSame(summaryOf(await end(app, here.access_token, id)), invalidToken)
  t.equal((await getMe(app, other.access_token)).statusCode, 200)
})

onBoth(
  t,
  'an unknown session and one of another user are the same 404, and an invalid id is a 400',
  async (t, database) => {
    const { app, rows, signIn } = await openSessions(t, database)
    const ada = await signIn()
    const eve = await signedUp(app, 'eve')
    const before = await rows()
    for (const id of [
      await idOf(app, eve.access_token),
      '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
      '00000000-0000-0000-0000-000000000000',
    ]) {
      const response = await end(app, ada.access_token, id)
      t.strictSame(
        [response.statusCode, response.json()],
        [
          404,
          {
            type: 'about:blank',
            title: 'Not Found',
            status: 404,
            detail: 'There is no such session.',
            code: 'not_found',
          },
        ],
      )
    }
    const own = await idOf(app, ada.access_token)
    for (const id of [
      '',
      'x',
      '1',
      own.slice(1),
      `${own}0`,
      `{${own}}`,
      own.replaceAll('-', ''),
      '%00',
      '*',
      "' or 1=1 --",
      '__proto__',
      `${own}%2F..`,
    ]) {
      const response = await end(app, ada.access_token, encodeURI(id))
      t.equal(response.statusCode, 400, id)
      t.match(response.json(), { code: 'invalid_request', errors: [{ path: '/id' }] }, id)
    }
    t.strictSame(await rows(), before)
  },
)

t.test('listing and ending sessions requires a sign-in with the account scope', async (t) => {
  const { app, rows, run, signIn: signInAda } = await openSessions(t, 'sqlite')
  await run("update users set scopes = 'posts:write'")
  const { access_token: narrow } = (await signIn(app, 'ada', { scope: 'posts:write' })).json()
  const id = await idOf(app, (await signInAda()).access_token)
  const before = await rows()
  for (const request of [{ url }, { url, method: 'DELETE' }, { url: `${url}/${id}`, method: 'DELETE' }] as const) {
    t.equal((await app.inject(request)).statusCode, 401)
    t.match((await app.inject({ ...request, headers: bearer(narrow) })).json(), {
      status: 403,
      code: 'insufficient_scope',
    })
  }
  t.strictSame(await rows(), before)
})

onBoth(t, 'one of ten simultaneous requests to end a session succeeds', async (t, database) => {
  const { app, signIn } = await openSessions(t, database)
  const [here, other] = [await signIn(), await signIn()]
  const id = await idOf(app, other.access_token)
  const statuses = await Promise.all(
    Array.from({ length: 10 }, async () => (await end(app, here.access_token, id)).statusCode),
  )
  t.strictSame(statuses.sort(), [204, ...statuses.slice(1).map(() => 404)])
  await checkEnded(t, app, other)
})
