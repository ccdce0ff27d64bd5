import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { hour, secretFor, second } from '../support/build.ts'
import { postPage } from '../support/pages.ts'
import { abroad, buildGuarded, home, slowDown, statusesOf, tally, watchHashes } from '../support/throttling.ts'

const registerFrom = (app: FastifyInstance, remoteAddress: string, username: string) =>
  app.inject({
    method: 'POST',
    url: '/auth/users',
    remoteAddress,
    payload: { username, password: secretFor(username) },
  })

const askFrom = (app: FastifyInstance, remoteAddress: string, path: string, username: string) =>
  app.inject({ method: 'POST', url: `/auth/${path}`, remoteAddress, payload: { username } })

t.test('a network is limited to sixty registrations an hour, and its surroundings to four times as many', async (t) => {
  const { app, clock } = await buildGuarded(t, 'sqlite')
  const hashes = watchHashes(t)
  const register = (count: number, addressOf: (index: number) => string) =>
    statusesOf(
      Array.from({ length: count }, (_, index) => registerFrom(app, addressOf(index), index % 2 === 0 ? 'ada' : 'ab')),
    )
  const accepted = (statuses: number[]) => statuses.filter((status) => status !== 429).length
  t.equal(
    accepted(await register(62, () => abroad)),
    60,
    'taken names count, otherwise names could be tested without limit',
  )
  t.ok(hashes.begun() <= 60)
  const rejected = await registerFrom(app, abroad, 'grace')
  const { detail } = slowDown(60).body
  t.match(
    [rejected.statusCode, rejected.headers['retry-after'], rejected.json()],
    [429, '60', { status: 429, code: 'slow_down', detail }],
  )
  t.equal((await registerFrom(app, home, 'grace')).statusCode, 201, 'other networks are unaffected')
  clock.advance(60 * second - 1)
  t.equal((await registerFrom(app, abroad, 'alan')).statusCode, 429)
  clock.advance(1)
  t.strictSame(await tally([registerFrom(app, abroad, 'alan'), registerFrom(app, abroad, 'eve')]), { 201: 1, 429: 1 })
  clock.advance(hour)
  t.equal(accepted(await register(61, () => abroad)), 60)
  t.equal(accepted(await register(240, (index) => `198.51.100.${100 + (index % 100)}`)), 180)
})

t.test('a network is limited to sixty message requests an hour, for all kinds and names together', async (t) => {
  const { app, clock } = await buildGuarded(t, 'sqlite')
  const paths = ['password-reset', 'email-verification']
  const ask = (count: number) =>
    tally(
      Array.from({ length: count }, (_, index) => askFrom(app, '127.0.0.1', paths[index % 2] ?? '', `user ${index}`)),
    )
  t.strictSame(await ask(60), { 202: 60 })
  for (const path of paths) {
    const { statusCode, headers, body } = await askFrom(app, '127.0.0.1', path, 'ada')
    t.match([statusCode, headers['retry-after'], JSON.parse(body)], [429, '60', { code: 'slow_down' }])
  }
  for (const page of ['reset-password', 'verify-email'] as const) {
    const { statusCode, headers, body } = await postPage(app, page, { intent: 'request', username: 'ada' })
    t.match([statusCode, headers['retry-after']], [429, '60'], page)
    t.match(body, /role="alert"[^>]*>Too many attempts\. Wait 60 seconds, then try again\.</)
    t.match(body, /value="ada"/)
  }
  t.equal((await askFrom(app, abroad, 'password-reset', 'ada')).statusCode, 202)
  clock.advance(60 * second)
  t.strictSame(await ask(2), { 202: 1, 429: 1 })
  clock.advance(hour)
  t.strictSame(await ask(61), { 202: 60, 429: 1 })
})
