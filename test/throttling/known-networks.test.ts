import t from 'tap'
import { day, hour, onBoth, register, second, secretFor } from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import { askReset, resetWith } from '../support/recovery.ts'
import {
  abroad,
  addressOf,
  buildGuarded,
  elsewhere,
  guessFrom,
  home,
  lockOut,
  signInFrom,
  type GuardedService,
  type SignedIn,
} from '../support/throttling.ts'

onBoth(t, 'a network is known for thirty days after each sign-in, for its user only', async (t, database) => {
  const built = await buildGuarded(t, database)
  const { clock, people } = built
  await people('ada', 'eve')
  t.equal(await isKnown(built, home), false)
  t.equal(await isKnown(built, home), true)
  t.equal(await isKnown(built, home, 'eve'), false)
  clock.advance(30 * day - 1)
  t.equal(await isKnown(built, home), true)
  clock.advance(30 * day - 1)
  t.equal(await isKnown(built, home), true, 'after each sign-in')
  clock.advance(30 * day)
  t.equal(await isKnown(built, home), false)
  clock.advance(180 * day)
  await built.app.latchkey.housekeep()
  t.strictSame(await built.rows('select * from known_networks'), [], 'expired networks are deleted')
})

onBoth(t, 'a wrong password makes no network known, and at most fifty networks are known', async (t, database) => {
  const built = await buildGuarded(t, database)
  const { app, clock, people, rows } = built
  await people('ada')
  await guessFrom(app, home, 'ada')
  t.equal(await isKnown(built, home), false)
  let deviceToken = ''
  for (let index = 0; index < 53; index++) {
    clock.advance(second)
    // Also with a known device.
    const response = await signInFrom(
      app,
      addressOf(index),
      'ada',
      index % 2 === 0 ? {} : { device_token: deviceToken },
    )
    deviceToken = response.json<SignedIn>().device_token
  }
  const networks = (await rows('select network from known_networks')).map(({ network }) => network)
  t.strictSame(
    networks.toSorted(),
    Array.from({ length: 50 }, (_, index) => addressOf(index + 3)).toSorted(),
    'the last fifty',
  )
})

onBoth(t, 'behind an untrusted proxy no network is known, and this is logged once (F2)', async (t, database) => {
  const built = await buildGuarded(t, database)
  const { app, lines, people, rows } = built
  await people('ada')
  const proxyWarnings = () => lines.filter((line) => line.includes('TRUST_PROXY')).map((line) => JSON.parse(line))
  const proxies = [
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '192.168.7.7',
    '172.16.0.1',
    '100.64.0.1',
    '169.254.1.1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.1.2.3',
  ]
  for (const [index, address] of proxies.entries()) {
    const headers = [{ 'x-forwarded-for': home }, { forwarded: `for=${home}` }][index % 2]
    for (let time = 0; time < 2; time++) t.equal(await isKnown(built, address, 'ada', headers), false, address)
  }
  t.match(proxyWarnings(), [{ level: 40, address: '127.0.0.1' }])
  t.equal(proxyWarnings().length, 1)
  t.strictSame(await rows('select * from known_networks'), [])

  t.equal(await isKnown(built, '127.0.0.1'), false)
  t.equal(await isKnown(built, '127.0.0.1'), true, 'a client at the address of the proxy')
  t.equal(
    await isKnown(built, '127.0.0.1', 'ada', { 'x-forwarded-for': home }),
    false,
    'forwarded clients are not known',
  )
  for (const known of [false, true]) {
    t.equal(
      await isKnown(built, abroad, 'ada', { 'x-forwarded-for': home }),
      known,
      'forwarding headers of external clients are ignored',
    )
  }
  t.equal((await guessFrom(app, home, 'ada')).statusCode, 401)
})

onBoth(t, 'behind a trusted proxy the forwarded network is used, and nothing is logged', async (t, database) => {
  const built = await buildGuarded(t, database, { TRUST_PROXY: '127.0.0.1' })
  const { lines, people, rows } = built
  await people('ada')
  t.equal(await isKnown(built, '127.0.0.1', 'ada', { 'x-forwarded-for': home }), false)
  t.equal(await isKnown(built, '127.0.0.1', 'ada', { 'x-forwarded-for': abroad }), false)
  t.equal(await isKnown(built, '127.0.0.1', 'ada', { 'x-forwarded-for': home }), true)
  t.strictSame(
    (await rows('select network from known_networks order by network')).map(({ network }) => network),
    [abroad, home],
  )
  t.notMatch(lines.join(''), /TRUST_PROXY/)
})

onBoth(
  t,
  'the owner is notified once of a sign-in from a new network, but not of the first or known ones',
  async (t, database) => {
    const built = await buildGuarded(t, database)
    const { app, clock, mailbox, people } = built
    const mails = async () => (await mailbox.collect(app)).filter(({ subject }) => subject.startsWith('New sign-in'))
    await people('ada')
    const { device_token: deviceToken } = (await signInFrom(app, home, 'ada')).json<SignedIn>()
    await signInFrom(app, home, 'ada')
    await signInFrom(app, elsewhere, 'ada', { device_token: deviceToken })
    t.strictSame(await mails(), [])
    await signInFrom(app, abroad, 'ada', {}, { 'user-agent': 'curl/8.0' })
    t.match(await mails(), [{ to: 'ada@example.com', text: /curl.*198\.51\.100\.9/s }])
    await signInFrom(app, abroad, 'ada')
    t.strictSame(await mails(), [])
    clock.advance(31 * day)
    await signInFrom(app, abroad, 'ada')
    t.equal((await mails()).length, 1, 'again after the network has expired')
    clock.advance(hour)
    for (let index = 0; index < 6; index++) await signInFrom(app, addressOf(index), 'ada')
    t.equal((await mails()).length, 3, 'at most three an hour')
  },
)

onBoth(t, 'the owner is notified once of failed attempts, and once when the account is locked', async (t, database) => {
  const { app, clock, events, mailbox, people } = await buildGuarded(t, database)
  const mails = async () => (await mailbox.collect(app)).map(({ subject }) => subject)
  await people('ada')
  await mails()
  for (let index = 0; index < 9; index++) await guessFrom(app, addressOf(index), 'ada')
  t.strictSame(await mails(), [])
  for (let index = 9; index < 99; index++) await guessFrom(app, addressOf(index), 'ada')
  t.strictSame(await mails(), ['Failed sign-ins to your Latchkey account'])
  await lockOut(app, 'ada')
  clock.advance(hour)
  await lockOut(app, 'ada')
  t.strictSame(await mails(), ['Your Latchkey account is locked on new devices'])
  t.equal((await events('account_locked')).length, 1)
})

onBoth(t, 'registering makes the network known for the lockout (A7)', async (t, database) => {
  const { app } = await buildGuarded(t, database)
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/auth/users',
    remoteAddress: home,
    payload: { username: 'ada', password: secretFor('ada') },
  })
  t.equal(statusCode, 201)
  await lockOut(app, 'ada')
  t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 401, 'locked on unknown networks')
  t.equal((await signInFrom(app, home, 'ada')).statusCode, 200, 'but not where the user registered')
})

t.test('an account that has only registered gets no message about its first sign-in (A7)', async (t) => {
  const { app, mailbox } = await buildGuarded(t, 'sqlite')
  await register(app, 'ada', { email: 'ada@example.com' })
  await mailbox.collect(app)
  await signInFrom(app, home, 'ada')
  t.strictSame(await mailbox.collect(app), [])
})

t.test('a reset makes the network known for the lockout (A7)', async (t) => {
  const service = await buildGuarded(t, 'sqlite')
  const { app, mailbox, people, rows } = service
  await people('ada')
  await askReset(app, 'ada')
  const [mail] = await mailbox.collect(app)
  t.equal((await resetWith(app, { token: tokenOf(mail) })).statusCode, 204)
  t.match(await rows('select * from known_networks'), [{ network: '127.0.0.1', first_sign_in_at: null }])
})

t.test('forwarding headers do not suppress the message about a new sign-in (X8)', async (t) => {
  const { app, mailbox, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  await signInFrom(app, home, 'ada')
  await mailbox.collect(app)
  await signInFrom(app, '10.1.2.3', 'ada', {}, { 'x-forwarded-for': 'x' })
  t.match(await mailbox.collect(app), [{ to: 'ada@example.com', subject: /sign-in/ }])
})

/**
 * Signs in from an IP address.
 * @returns whether its network was known
 */
async function isKnown(
  { app, events }: GuardedService,
  address: string,
  username = 'ada',
  headers: Record<string, string> = {},
) {
  const { statusCode } = await signInFrom(app, address, username, {}, headers)
  if (statusCode !== 200) throw new Error(`${username} could not sign in.`)
  return (await events('signed_in')).at(-1)?.details.known_location
}
