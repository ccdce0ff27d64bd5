import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { createFurnishedHost, hostDecorators, type Mounting } from '../support/host.ts'

const mountings: Mounting[] = ['first', 'last']

const json = { 'content-type': 'application/json' }

/** Requests with the status and body that only the host sends. */
const ownRequests: [InjectOptions, number, unknown][] = [
  [{ url: '/users/me' }, 200, { wrapped: { number: 3 } }],
  [
    { method: 'POST', url: '/users', headers: json, payload: '{"number": "7", "more": 1}' },
    200,
    { wrapped: { number: 7, nickname: 'JSON of the host' } },
  ],
  [
    { method: 'POST', url: '/users', headers: json, payload: '{}' },
    418,
    { wrapped: { oops: "body must have required property 'number'" } },
  ],
  [
    { method: 'POST', url: '/users', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=b' },
    200,
    { wrapped: { number: 1, nickname: 'form of the host: a=b' } },
  ],
  [
    { method: 'POST', url: '/users', headers: { 'content-type': 'text/whatever' }, payload: 'x' },
    200,
    { wrapped: { number: 2, nickname: 'whatever of the host' } },
  ],
  [
    {
      method: 'POST',
      url: '/users',
      headers: json,
      payload: JSON.stringify({ number: 8, nickname: 'n'.repeat(20_000) }),
    },
    200,
    { wrapped: { number: 8 } },
  ],
  [{ url: '/failing' }, 418, { wrapped: { oops: 'the host failed' } }],
  [{ url: '/whoami' }, 418, { oops: 'No Authorization was found in request.headers' }],
  [{ url: '/nothing' }, 404, { lost: '/nothing' }],
  [{ url: '/authority' }, 404, { lost: '/authority' }],
  [
    { url: '/decorators' },
    200,
    { decorators: hostDecorators.map((name) => `the host's ${name}`), principal: 'the host’s principal' },
  ],
  [
    {
      method: 'OPTIONS',
      url: '/users',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    },
    204,
    undefined,
  ],
  [{ url: '/document' }, 200, { info: { title: 'The host' } }],
]

for (const mounting of mountings) {
  t.test(`every response of the host is the same as without Latchkey (mounted ${mounting})`, async (t) => {
    const alone = await createFurnishedHost(t, 'absent')
    const app = await createFurnishedHost(t, mounting)

    for (const [request, statusCode, body] of ownRequests) {
      const response = await app.inject(request)
      const name = `${request.method ?? 'GET'} ${String(request.url)}`
      t.equal(response.statusCode, statusCode, name)
      if (body !== undefined) t.match(response.json(), body)
      t.strictSame(withoutDate(response), withoutDate(await alone.inject(request)), name)
    }
  })

  t.test(`request.user, tokens and hooks of the host are unaffected (mounted ${mounting})`, async (t) => {
    const app = await createFurnishedHost(t, mounting)
    const token = app.jwt.sign({ sub: 'a user of the host', iat: 1 })
    const response = await app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
    t.strictSame(response.json(), { sub: 'a user of the host', iat: 1 })
    t.equal(response.headers['x-host'], 'seen')
  })

  t.test(
    `the host gets one decorator; its requests, replies and JWT library get none (mounted ${mounting})`,
    async (t) => {
      const alone = await membersSeenBy(await createFurnishedHost(t, 'absent'))
      const mounted = await membersSeenBy(await createFurnishedHost(t, mounting))
      t.strictSame(mounted, { ...alone, app: [...alone.app, 'latchkey'].sort() })
    },
  )
}

function withoutDate({ statusCode, headers: { date, ...headers }, body }: LightMyRequestResponse) {
  return { statusCode, headers, body }
}

async function membersSeenBy(app: FastifyInstance) {
  const response = await app.inject('/members')
  return response.json<Record<'app' | 'request' | 'reply' | 'jwt', string[]>>()
}
