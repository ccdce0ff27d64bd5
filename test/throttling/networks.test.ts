import t from 'tap'
import { second } from '../support/build.ts'
import { linkOf } from '../support/mailbox.ts'
import { abroad, buildGuarded, guessFrom, home, signInFrom, slowDown, tally, waitOf } from '../support/throttling.ts'

t.test('a thousand addresses of one IPv6 /64 are one network (S8)', async (t) => {
  const { app, counts, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  const addresses = Array.from(
    { length: 1000 },
    (_, index) => `2001:db8:1:2:${(index * 65).toString(16)}::${index.toString(16)}`,
  )
  const statuses = await tally(addresses.map((address) => guessFrom(app, address, 'ada')))
  const { 401: wrong, 429: throttled = 0, 503: rejected = 0 } = statuses
  t.strictSame([wrong, throttled + rejected], [5, 995])
  t.strictSame(await counts(), Array(7).fill(5))
  t.equal((await guessFrom(app, '2001:db8:1:3::1', 'ada')).statusCode, 401, 'the next /64 is another network')
})

t.test('all spellings of an address are one network (S8)', async (t) => {
  const { app, people } = await buildGuarded(t, 'sqlite', { TRUST_PROXY: '127.0.0.1' })
  await people('ada')
  const spellingsOfNetworks = [
    [
      '203.0.113.7',
      '::ffff:203.0.113.7',
      '::FFFF:203.0.113.7',
      '::ffff:cb00:7107',
      '0:0:0:0:0:ffff:cb00:7107',
      '203.0.113.7:4711',
      '203.0.113.7:4712',
      '[::ffff:203.0.113.7]:80',
      '[::ffff:203.0.113.7]',
    ],
    [
      '2001:db8:1:2::1',
      '2001:DB8:1:2::1',
      '2001:0db8:0001:0002:0000:0000:0000:0001',
      '2001:db8:1:2:0:0:0:1',
      '[2001:db8:1:2::1]',
      '[2001:db8:1:2::1]:4711',
      '[2001:db8:1:2::9]:4712',
      '2001:db8:1:2::1%eth0',
    ],
  ]
  for (const addresses of spellingsOfNetworks) {
    const attempts = addresses.map((address) =>
      signInFrom(app, '127.0.0.1', 'ada', { password: 'not-for-logs' }, { 'x-forwarded-for': address }),
    )
    t.strictSame(await tally(attempts), { 401: 5, 429: addresses.length - 5 })
  }
})

t.test('larger networks have higher limits, but limits all the same (S8)', async (t) => {
  const { app, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  for (const [what, free, addressOf, outsideAddress] of [
    ['an IPv4 /24', 20, (index: number) => `198.51.100.${index}`, '198.51.101.1'],
    ['an IPv6 /56', 20, (index: number) => `2001:db8:1:${index.toString(16)}::1`, '2001:db8:1:100::1'],
    ['an IPv6 /48', 50, (index: number) => `2001:db8:2:${index.toString(16)}00::1`, '2001:db8:3::1'],
  ] as const) {
    t.strictSame(
      await tally(Array.from({ length: free + 5 }, (_, index) => guessFrom(app, addressOf(index), 'ada'))),
      { 401: free, 429: 5 },
      what,
    )
    t.equal((await guessFrom(app, outsideAddress, 'ada')).statusCode, 401, `outside ${what}`)
  }
})

t.test('failures per hour are limited for a network, and at four times as many for its surroundings', async (t) => {
  const { app, clock, people } = await buildGuarded(t, 'sqlite', { SIGN_IN_FAILURES_PER_HOUR: '10' })
  await people('ada')
  const guesses = (count: number, addressOf: (index: number) => string) =>
    tally(Array.from({ length: count }, (_, index) => guessFrom(app, addressOf(index), `user ${index}`)))
  t.strictSame(await guesses(12, () => abroad), { 401: 10, 429: 2 })
  t.strictSame(waitOf(await signInFrom(app, abroad, 'ada')), slowDown(360))
  t.strictSame(await guesses(35, (index) => `198.51.100.${100 + index}`), { 401: 30, 429: 5 })
  clock.advance(360 * second - 1)
  t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 429)
  clock.advance(1)
  for (let time = 0; time < 3; time++) {
    t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 200, 'a valid sign-in does not use up the limit')
  }
  t.strictSame(await guesses(2, () => abroad), { 401: 1, 429: 1 })
})

t.test('attempts from surrounding networks do not block a known network', async (t) => {
  const { app, people } = await buildGuarded(t, 'sqlite', { SIGN_IN_FAILURES_PER_HOUR: '10' })
  await people('ada', 'grace')
  for (const [name, at, addressOf] of [
    ['ada', home, (index: number) => `203.0.113.${100 + index}`],
    ['grace', '2001:db8:1:2::1', (index: number) => `2001:db8:1:${(index + 16).toString(16)}::1`],
  ] as const) {
    t.equal((await signInFrom(app, at, name)).statusCode, 200)
    await tally(
      Array.from({ length: 60 }, (_, index) =>
        guessFrom(app, addressOf(index), index % 2 === 0 ? name : `user ${index}`),
      ),
    )
    t.equal((await signInFrom(app, addressOf(70), name)).statusCode, 429)
    t.equal((await signInFrom(app, at, name)).statusCode, 200)
  }
})

t.test('forwarding headers of an attacker affect neither the network, the logs nor links (F2)', async (t) => {
  const { app, clock, events, lines, mailbox, people } = await buildGuarded(t, 'sqlite', { TRUST_PROXY: '127.0.0.1' })
  await people('ada')
  await mailbox.collect(app)
  lines.length = 0
  const forged = (index: number) => {
    const address = `192.0.2.${index}`
    return {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: `for=${address};host=evil.example`,
      'x-forwarded-for': address,
      'x-real-ip': address,
      'x-client-ip': address,
      'true-client-ip': address,
    }
  }
  const attempts = Array.from({ length: 10 }, (_, index) =>
    signInFrom(app, abroad, 'ada', { password: 'not-for-logs' }, forged(index)),
  )
  t.strictSame(await tally(attempts), { 401: 5, 429: 5 })
  clock.advance(second)
  t.equal((await signInFrom(app, abroad, 'ada', {}, forged(20))).statusCode, 200)

  const recorded = [
    ...(await events('sign_in_failed')),
    ...(await events('sign_in_throttled')),
    ...(await events('signed_in')),
  ]
  t.strictSame(
    recorded.map(({ address }) => address),
    Array(11).fill(abroad),
  )
  await app.inject({
    method: 'POST',
    url: '/auth/password-reset',
    remoteAddress: abroad,
    headers: forged(30),
    payload: { username: 'ada' },
  })
  const [mail] = await mailbox.collect(app)
  t.match(linkOf(mail), /^http:\/\/localhost:3000\/auth\/reset-password#/)
  t.notMatch(lines.join(''), /evil|192\.0\.2\./)
})
