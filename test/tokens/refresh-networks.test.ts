import t from 'tap'
import { canonicalAddress } from '../../src/lib/networks.ts'
import { day, minute, second, type TokenResponse } from '../support/build.ts'
import { eventsIn, openSessions, refreshFrom } from '../support/refreshing.ts'

const pairs = [
  { first: '203.0.113.7', then: '203.0.113.7', isSame: true },
  { first: '203.0.113.7', then: '::ffff:203.0.113.7', isSame: true },
  { first: '::ffff:203.0.113.7', then: '203.0.113.7', isSame: true },
  { first: '::ffff:cb00:7107', then: '203.0.113.7', isSame: true },
  { first: '2001:db8:1:2::1', then: '2001:db8:1:2:ffff:ffff:ffff:ffff', isSame: true },
  { first: '2001:db8:1:2::1', then: '2001:0DB8:0001:0002::0001', isSame: true },
  { first: 'fe80::1%eth0', then: 'fe80::2', isSame: true },
  { first: '203.0.113.7', then: '203.0.113.8', isSame: false },
  { first: '203.0.113.7', then: '::ffff:203.0.113.8', isSame: false },
  { first: '::ffff:203.0.113.7', then: '::ffff:203.0.113.8', isSame: false },
  { first: '2001:db8:1:2::1', then: '2001:db8:1:3::1', isSame: false },
  { first: '203.0.113.7', then: '2001:db8:1:2::1', isSame: false },
  { first: '2001:db8:1:2::1', then: '203.0.113.7', isSame: false },
]

t.test('a token used again from another network gets the same successor, and the log says so', async (t) => {
  const { app, clock, lines, rows, signIn } = await openSessions(t, 'sqlite')
  for (const { first, then, isSame } of pairs) {
    await t.test(`${first}, then ${then}`, async (t) => {
      const { refresh_token: token } = await signIn()
      const next = (await refreshFrom(app, first, token)).json<TokenResponse>()
      const before = (await rows()).at(-1)!
      t.equal(before.address, canonicalAddress(first))

      lines.length = 0
      clock.advance(second)
      const response = await refreshFrom(app, then, token)
      t.equal(response.statusCode, 200)
      t.equal(response.json().refresh_token, next.refresh_token)
      t.strictSame((await rows()).at(-1), before, 'the session is unchanged')

      const events = eventsIn(lines).map(({ level, event, user_id, session_id, address }) => ({
        level,
        event,
        user_id,
        session_id,
        address,
      }))
      const { user_id, id: session_id } = before
      t.strictSame(
        events,
        isSame
          ? []
          : [
              {
                level: 40,
                event: 'refresh_from_another_network',
                user_id,
                session_id,
                address: canonicalAddress(then),
              },
            ],
      )
      t.notMatch(lines.join(''), /rt_/, 'no token is logged')
    })
  }
})

t.test('a device may change networks without an event, and its session records the network', async (t) => {
  const { app, clock, lines, row, signIn } = await openSessions(t, 'sqlite')
  let { refresh_token: token } = await signIn()
  t.equal((await row()).address, '127.0.0.1')
  for (const address of ['203.0.113.7', '2001:db8:1:2::1', '198.51.100.9']) {
    clock.advance(day)
    token = (await refreshFrom(app, address, token)).json().refresh_token
    t.equal((await row()).address, address)
  }
  t.strictSame(eventsIn(lines), [])
})

t.test('the reuse of an old token is logged with its network', async (t) => {
  const { app, clock, lines, signIn } = await openSessions(t, 'sqlite')
  const { refresh_token: token } = await signIn()
  await refreshFrom(app, '203.0.113.7', token)
  clock.advance(minute)
  t.equal((await refreshFrom(app, '198.51.100.9', token)).statusCode, 400)
  t.match(eventsIn(lines), [{ event: 'refresh_token_reused', address: '198.51.100.9' }])
  t.equal(eventsIn(lines).length, 1)
})

t.test('a proxied IP address is stored in canonical form, and any other text breaks nothing (A8)', async (t) => {
  const { app, lines, row, signIn } = await openSessions(t, 'sqlite', { TRUST_PROXY: '1' })
  let { refresh_token: token } = await signIn()
  for (const [address, stored = address] of [
    ['unknown'],
    ['_hidden'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:cb00:7107]:80', '203.0.113.7'],
    ['[2001:DB8:0::1]:4711', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['x'.repeat(5000), 'x'.repeat(45)],
    ['999.1.1.1'],
    [':'],
    ['%'],
    ['"\''],
  ] as const) {
    const headers = { 'x-forwarded-for': address }
    const response = await refreshFrom(app, '127.0.0.1', token, headers)
    t.equal(response.statusCode, 200, address)
    t.equal((await refreshFrom(app, '127.0.0.1', token, headers)).statusCode, 200, `${address}, again`)
    t.equal((await row()).address, stored)
    token = response.json().refresh_token
  }
  t.strictSame(eventsIn(lines), [])
})
