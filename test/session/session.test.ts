import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { createSession, type SessionOptions } from '../../src/browser/session/session.ts'
import type { SharedStorage } from '../../src/browser/session/tab-copies.ts'
import { build, postForm, register, secretFor } from '../support/build.ts'

const base = 'http://localhost:3000/auth'

t.test('a user signs in, calls the API and signs out', async (t) => {
  const { app, session } = await opened(t)
  t.strictSame(session.getState(), { isSignedIn: false })
  await session.signIn({ username: 'ada', password: secretFor('ada'), scope: 'account' })
  t.match(session.getState(), { isSignedIn: true, username: 'ada', scopes: ['account'], accessToken: /^eyJ/ })
  t.match(await (await session.fetch(`${base}/users/me`)).json(), { username: 'ada' })

  const { accessToken } = session.getState() as { accessToken: string }
  t.equal(await session.signOut(), true)
  t.strictSame(session.getState(), { isSignedIn: false, reason: 'signed-out' })
  const response = await app.inject({ url: '/auth/users/me', headers: { authorization: `Bearer ${accessToken}` } })
  t.equal(response.statusCode, 401, 'the server has ended the session')
})

t.test('a wrong password is explained', async (t) => {
  const { session } = await opened(t)
  await t.rejects(session.signIn({ username: 'ada', password: 'wrong' }), {
    name: 'OAuthError',
    error: 'invalid_grant',
    status: 401,
    message: 'Incorrect username or password',
  })
  t.equal(session.getState().isSignedIn, false)
})

t.test('the access token is refreshed before it expires, once for parallel calls', async (t) => {
  const { clock, requests, session } = await opened(t)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  const first = await session.getAccessToken()
  clock.advance(14.5 * 60_000)
  const tokens = await Promise.all(Array.from({ length: 5 }, () => session.getAccessToken()))
  t.not(tokens[0], first)
  t.equal(new Set(tokens).size, 1)
  t.equal(requests.refresh, 1)
})

t.test('calls that meet invalid_token are repeated once with a new token, which is requested once', async (t) => {
  // The clock of the session is behind the server's.
  const { clock, requests, session } = await opened(t, { now: () => 0 })
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  const responses = await Promise.all(Array.from({ length: 5 }, () => session.fetch(`${base}/users/me`)))
  t.strictSame(
    responses.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  )
  t.equal(requests.refresh, 1)
})

t.test('a session that was ended elsewhere is noticed', async (t) => {
  const { app, session } = await opened(t)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  const states: unknown[] = []
  session.subscribe((state) => states.push(state))
  await postForm(app, '/auth/revoke', { token: (await session.getAccessToken()) ?? '' })
  t.equal((await session.fetch(`${base}/users/me`)).status, 401)
  t.strictSame(states, [{ isSignedIn: false, reason: 'ended' }])
})

t.test('a lost response to a refresh is asked for again', async (t) => {
  const { clock, network, requests, session } = await opened(t)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  network.losing = 2
  t.equal((await session.fetch(`${base}/users/me`)).status, 200)
  t.equal(requests.refresh, 3)
})

t.test('a refresh without any response keeps the session, and a later one succeeds', async (t) => {
  const { clock, network, session } = await opened(t)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  network.losing = Infinity
  await t.rejects(session.getAccessToken(), { name: 'UnreachableError' })
  t.equal(session.getState().isSignedIn, true)
  network.losing = 0
  clock.advance(60 * 60_000)
  t.match(await session.getAccessToken(), /^eyJ/)
})

t.test('a response of something else, such as a proxy, does not end the session', async (t) => {
  const { clock, network, session } = await opened(t)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  for (const answer of [
    () => new Response('<h1>Not found</h1>', { status: 404 }),
    () => new Response('<h1>Sign in to the Wi-Fi</h1>'),
    () => new Response('{"detail":"Forbidden"}', { status: 403 }),
  ]) {
    network.answer = answer
    await t.rejects(session.getAccessToken(), { name: 'UnreachableError' })
    t.equal(session.getState().isSignedIn, true)
  }
  network.answer = undefined
  t.match(await session.getAccessToken(), /^eyJ/)
})

t.test('a refresh waits as long as the server asks', async (t) => {
  const { clock, network, requests, session } = await opened(t)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  network.answer = () => new Response('{"error":"slow_down"}', { status: 429, headers: { 'retry-after': '600' } })
  await t.rejects(session.getAccessToken(), { name: 'UnreachableError', retryAfter: 600 })
  network.answer = undefined
  await t.rejects(session.getAccessToken(), { name: 'UnreachableError', retryAfter: 600 })
  await session.refreshIfDue()
  t.equal(requests.refresh, 1)
  clock.advance(600_000)
  t.match(await session.getAccessToken(), /^eyJ/)
})

t.test('the Retry-After of one session does not delay the next one', async (t) => {
  const { clock, network, session } = await opened(t)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  network.answer = () => new Response('{"error":"slow_down"}', { status: 429, headers: { 'retry-after': '3600' } })
  await t.rejects(session.getAccessToken(), { name: 'UnreachableError', retryAfter: 3600 })
  network.answer = undefined
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  t.match(await session.getAccessToken(), /^eyJ/)
})

t.test(
  'a refresh that has had no response for a day is not repeated, which the server would take for theft',
  async (t) => {
    const { clock, lines, network, requests, session } = await opened(t)
    await session.signIn({ username: 'ada', password: secretFor('ada') })
    clock.advance(16 * 60_000)
    network.losing = Infinity
    await t.rejects(session.getAccessToken())
    const before = requests.refresh
    network.losing = 0
    clock.advance(25 * 60 * 60_000)
    t.equal(await session.getAccessToken(), undefined)
    t.strictSame(session.getState(), { isSignedIn: false, reason: 'expired' })
    t.equal(requests.refresh, before)
    t.notOk(lines.some((line) => line.includes('refresh_token_reused')))
  },
)

t.test('signing out stops a refresh, and says that the server did not confirm it', async (t) => {
  const { clock, network, requests, session } = await opened(t, { retryDelaysMs: [0, 0, 0, 0] })
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  clock.advance(16 * 60_000)
  let signedOut: Promise<boolean> | undefined
  network.answer = () => {
    signedOut ??= session.signOut()
    throw new TypeError('fetch failed')
  }
  t.equal(await session.getAccessToken(), undefined)
  t.equal(await signedOut, false)
  t.strictSame(session.getState(), { isSignedIn: false, reason: 'unconfirmed' })
  t.equal(requests.refresh, 1)
})

t.test('a session in memory tells other pages of the origin nothing', async (t) => {
  const key = `memory ${keys++}`
  const { session } = await opened(t, { key, isInMemory: true })
  const heard: unknown[] = []
  const listener = new BroadcastChannel(key)
  listener.onmessage = ({ data }) => heard.push(data)
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  const marker = new BroadcastChannel(key)
  const arrived = new Promise((resolve) => listener.addEventListener('message', resolve, { once: true }))
  marker.postMessage('the marker')
  await arrived
  t.strictSame(heard, ['the marker'])
  listener.close()
  marker.close()
})

t.test('messages of something else on the origin are ignored', async (t) => {
  const key = 'forged'
  const storage = createStorage()
  const session = createSession({
    tokenUrl: 'http://tutorial.invalid/token',
    key,
    storage,
    fetch: async () => Response.json({ access_token: 'a', token_type: 'bearer', expires_in: 600 }),
  })
  t.teardown(session.close)
  await session.signIn({ username: 'ada', password: 'secret' })
  const state = session.getState()
  const { id } = JSON.parse(storage.getItem(key) ?? '')

  const channel = new BroadcastChannel(key)
  const answered = new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }))
  for (const message of [
    'a text',
    null,
    { type: 'ended', id: 'another' },
    { type: 'tokens', id },
    { type: 'tokens', id, stored: { id: 'another', generation: 9 } },
    { type: 'tokens', id, stored: { id, generation: 9, refreshToken: 5 } },
    { type: 'request', id },
  ]) {
    channel.postMessage(message)
  }
  await answered
  channel.close()
  t.strictSame(session.getState(), state)
  t.equal(JSON.parse(storage.getItem(key) ?? '').id, id)
})

t.test('a reloaded page goes on with the session, also in the middle of a refresh', async (t) => {
  const { clock, network, open, session } = await opened(t)
  const tab = createStorage()
  const first = open(tab)
  t.equal(session.getState().isSignedIn, false)
  await first.signIn({ username: 'ada', password: secretFor('ada') })
  first.close()

  const second = open(tab)
  t.match(second.getState(), { isSignedIn: true, username: 'ada' })
  t.notOk('accessToken' in second.getState(), 'the access token was in memory alone')
  t.match(await second.getAccessToken(), /^eyJ/)
  clock.advance(16 * 60_000)
  network.losing = Infinity
  await t.rejects(second.getAccessToken())
  second.close()

  network.losing = 0
  const third = open(tab)
  t.match(await third.getAccessToken(), /^eyJ/)
})

t.test('copies of a tab share what one of them refreshed; a stale copy presents nothing', async (t) => {
  const { clock, lines, open, requests } = await opened(t)
  const storage = createStorage()
  const tab = open(storage)
  await tab.signIn({ username: 'ada', password: secretFor('ada') })
  const closed = storage.copy()
  const copy = open(storage.copy())

  clock.advance(16 * 60_000)
  const token = await tab.getAccessToken()
  clock.advance(60_000)
  t.equal(await copy.getAccessToken(), token, 'the copy got the newer token from the tab')
  t.equal(requests.refresh, 1)

  tab.close()
  copy.close()
  clock.advance(60_000)
  const stale = open(closed, { answerMs: 1 })
  t.equal(await stale.getAccessToken(), undefined)
  t.strictSame(stale.getState(), { isSignedIn: false, reason: 'superseded' })
  t.equal(requests.refresh, 1, 'the old refresh token was not sent')
  t.notOk(lines.some((line) => line.includes('refresh_token_reused')))
})

t.test('a failed refresh in one copy of a tab does not sign out the other', async (t) => {
  const { clock, network, open } = await opened(t)
  const storage = createStorage()
  const tab = open(storage)
  await tab.signIn({ username: 'ada', password: secretFor('ada') })
  const copy = open(storage.copy())
  await copy.getAccessToken()
  await t.rejects(async () => {
    clock.advance(16 * 60_000)
    network.losing = Infinity
    await tab.getAccessToken()
  })
  network.losing = 0
  t.match(await copy.getAccessToken(), /^eyJ/)
})

t.test('a stale copy that holds the lock gets the tokens of a tab that waits for it', async (t) => {
  let last: Promise<unknown> = Promise.resolve()
  const request = (_name: string, task: () => Promise<void>) => (last = last.then(task))
  const original = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { locks: { request } } })
  t.teardown(() => Object.defineProperty(globalThis, 'navigator', original ?? { configurable: true, value: undefined }))

  const { clock, open } = await opened(t)
  const storage = createStorage()
  const tab = open(storage)
  await tab.signIn({ username: 'ada', password: secretFor('ada') })
  const frozen = storage.copy()
  clock.advance(16 * 60_000)
  await tab.getAccessToken()
  tab.close()

  // The browser restarts, and the copy is the first to refresh.
  const copy = open(frozen)
  const restored = open(storage)
  const [token, same] = await Promise.all([copy.getAccessToken(), restored.getAccessToken()])
  t.match(token, /^eyJ/)
  t.equal(same, token)
})

t.test('signing out in one tab signs out its copies', async (t) => {
  const { open } = await opened(t)
  const storage = createStorage()
  const tab = open(storage)
  await tab.signIn({ username: 'ada', password: secretFor('ada') })
  const copy = open(storage.copy())
  const ended = new Promise((resolve) => copy.subscribe(resolve))
  await tab.signOut()
  t.strictSame(await ended, { isSignedIn: false, reason: 'signed-out' })
})

t.test('the access token goes to no other origin', async (t) => {
  const sent: (string | null)[] = []
  const { session } = await opened(t, {}, (request) => sent.push(request.headers.get('authorization')))
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  await session.fetch('http://stranger.invalid/auth/users/me')
  t.equal(sent.at(-1), null)
})

t.test('a service that issues no refresh tokens: the session lasts as long as its access token', async (t) => {
  const session = createSession({
    tokenUrl: 'http://tutorial.invalid/token',
    key: 'tutorial',
    now: () => now,
    fetch: async () => Response.json({ access_token: 'a', token_type: 'bearer', expires_in: 600 }),
  })
  t.teardown(session.close)
  let now = 0
  await session.signIn({ username: 'ada', password: 'secret' })
  t.equal(await session.getAccessToken(), 'a')
  now = 601_000
  t.equal(await session.getAccessToken(), undefined)
  t.strictSame(session.getState(), { isSignedIn: false, reason: 'expired' })
})

let keys = 0

type SpecialOptions = Partial<SessionOptions> & { isInMemory?: boolean }

/** A service with the user ada, and a session against it. */
async function opened(t: Test, options: SpecialOptions = {}, observe = (_request: Request) => {}) {
  const built = await build(t)
  const { app, clock } = built
  await register(app, 'ada')
  const requests = { refresh: 0 }
  const network: { losing: number; answer: (() => Response) | undefined } = { losing: 0, answer: undefined }
  const key = `session ${keys++}`
  const shared = createStorage()

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    observe(request)
    const body = await request.text()
    const isRefresh = body.includes('grant_type=refresh_token')
    if (isRefresh) requests.refresh++
    if (network.answer !== undefined) return network.answer()
    const response = await inject(app, request, body)
    if (isRefresh && network.losing-- > 0) throw new TypeError('fetch failed')
    return response
  }
  function open(storage = createStorage(), special: SpecialOptions = {}) {
    const inMemory = options.isInMemory === true
    const session = createSession({
      tokenUrl: `${base}/token`,
      revocationUrl: `${base}/revoke`,
      ...(inMemory ? {} : { storage, generations: shared }),
      key,
      fetch,
      now: clock.now,
      retryDelaysMs: [0, 0],
      // Long enough for a busy machine.
      answerMs: 60_000,
      ...options,
      ...special,
    })
    t.teardown(session.close)
    return session
  }
  return { ...built, network, open, requests, session: open() }
}

async function inject(app: FastifyInstance, request: Request, payload: string) {
  const { pathname, search } = new URL(request.url)
  const { statusCode, headers, body } = await app.inject({
    method: request.method as 'GET',
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    ...(payload === '' ? {} : { payload }),
  })
  return new Response(body === '' ? null : body, {
    status: statusCode,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
  })
}

interface TabStorage extends SharedStorage {
  /** What a duplicated tab gets. */
  copy(): TabStorage
}

function createStorage(values = new Map<string, string>()): TabStorage {
  return {
    get length() {
      return values.size
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => {
      values.set(name, value)
    },
    removeItem: (name) => {
      values.delete(name)
    },
    copy: () => createStorage(new Map(values)),
  }
}
