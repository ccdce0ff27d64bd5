import t from 'tap'
import { createDeviceTokens } from '../../src/tokens/device-tokens.ts'
import { uuidToBytes } from '../../src/lib/uuid.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { day, getMe, postForm, refresh, secretFor } from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import { askReset, changePassword, confirmEmail, newPassword, resetWith } from '../support/recovery.ts'
import { alphabet } from '../support/forged-tokens.ts'
import {
  addressOf,
  buildGuarded,
  guessFrom,
  signInFrom,
  type GuardedService,
  type SignedIn,
} from '../support/throttling.ts'

t.test('each sign-in issues a newer device token, which makes the device known on any network', async (t) => {
  const built = await buildGuarded(t, 'sqlite')
  const { app, clock, lines, people } = built
  const knownWith = createKnownCheck(built)
  await people('ada', 'eve')
  const first = (await signInFrom(app, addressOf(0), 'ada')).json<SignedIn>().device_token
  t.match(first, /^dt_[\w-]{98}$/)
  t.equal(await knownWith('ada'), '', 'without the token')
  clock.advance(180 * day)
  const second = await knownWith('ada', first)
  t.match(second, /^dt_/)
  t.not(second, first)
  clock.advance(1)
  t.equal(await knownWith('ada', first), '', 'older than 180 days')
  clock.advance(180 * day - 1)
  t.match(await knownWith('ada', second), /^dt_/, 'but not its successor')
  t.equal(await knownWith('eve', second), '', 'another user')
  t.notMatch(lines.join(''), /dt_[\w-]/)
})

t.test(
  'changing or resetting the password voids the device token, and the response to a change has a new one',
  async (t) => {
    const built = await buildGuarded(t, 'sqlite')
    const { app, mailbox, people } = built
    await people('ada')
    const knownWith = createKnownCheck(built)
    const first = (await signInFrom(app, addressOf(0), 'ada')).json<SignedIn>()
    const altered = (await changePassword(app, first.access_token)).json<SignedIn>()
    t.equal(await knownWith('ada', first.device_token, newPassword), '')
    t.match(await knownWith('ada', altered.device_token, newPassword), /^dt_/)

    await mailbox.collect(app)
    await askReset(app, 'ada')
    const [mail] = await mailbox.collect(app)
    t.equal((await resetWith(app, { token: tokenOf(mail), new_password: secretFor('ada') })).statusCode, 204)
    for (const token of [first.device_token, altered.device_token]) t.equal(await knownWith('ada', token), '')
  },
)

t.test('a device token is accepted nowhere else, and no other token in its place (J11)', async (t) => {
  const built = await buildGuarded(t, 'sqlite')
  const { app, mailbox, people } = built
  await people('ada')
  const knownWith = createKnownCheck(built)
  const {
    device_token: token,
    access_token: accessToken,
    refresh_token: refreshToken,
  } = (await signInFrom(app, addressOf(0), 'ada')).json<SignedIn>()
  t.equal((await getMe(app, token)).statusCode, 401)
  t.match((await refresh(app, token)).json(), { error: 'invalid_grant' })
  t.match((await resetWith(app, { token })).json(), { code: 'invalid_code' })
  t.match((await confirmEmail(app, { token, current_password: secretFor('ada') })).json(), { code: 'invalid_code' })
  t.equal((await postForm(app, '/auth/revoke', { token })).statusCode, 200)
  t.match(await knownWith('ada', token), /^dt_/, 'it cannot be revoked')
  t.equal(
    (await guessFrom(app, addressOf(1), 'ada', { device_token: token })).statusCode,
    401,
    'it does not replace the password',
  )

  await mailbox.collect(app)
  await askReset(app, 'ada')
  const [mail] = await mailbox.collect(app)
  for (const other of [
    accessToken,
    refreshToken,
    tokenOf(mail),
    '',
    'dt_',
    'dt_x',
    `dt_${'A'.repeat(98)}`,
    'x'.repeat(1024),
    '__proto__',
    token.slice(3),
    `${token}A`,
    ` ${token}`,
    token.toUpperCase(),
  ]) {
    t.equal(await knownWith('ada', other), '', other.slice(0, 20))
  }
  t.equal((await signInFrom(app, addressOf(2), 'ada', { device_token: 'x'.repeat(1025) })).statusCode, 400)
})

t.test('attempts with a device token count for that device, and no others do', async (t) => {
  const { app, counts, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  const statuses = async (...responses: ReturnType<typeof signInFrom>[]) =>
    (await Promise.all(responses)).map(({ statusCode }) => statusCode)
  const { device_token: token } = (await signInFrom(app, addressOf(0), 'ada')).json<SignedIn>()
  for (let time = 0; time < 5; time++) {
    t.strictSame(await statuses(guessFrom(app, addressOf(1), 'ada', { device_token: token })), [401])
  }
  t.strictSame(await counts(), [5, 5])
  t.strictSame(await statuses(signInFrom(app, addressOf(2), 'ada', { device_token: token })), [429], 'on any network')
  for (let time = 0; time < 5; time++) t.strictSame(await statuses(guessFrom(app, addressOf(1), 'ada')), [401])
  t.strictSame(await statuses(guessFrom(app, addressOf(1), 'ada')), [429])
  const { device_token: other } = (await signInFrom(app, addressOf(3), 'ada')).json<SignedIn>()
  t.strictSame(
    await statuses(signInFrom(app, addressOf(1), 'ada', { device_token: other })),
    [200],
    'another device is not throttled on a throttled network',
  )
})

t.test('tokens of the first format stay valid', async (t) => {
  const user = { id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a', password_version: 3, factors_version: 0 }
  const now = () => 1_764_000_000_000
  const masterKey = createMasterKey(secretFor('master key'))
  const head = Buffer.alloc(35)
  head.writeUInt8(1)
  uuidToBytes(user.id).copy(head, 1)
  head.writeUInt32BE(user.password_version, 17)
  head.writeUIntBE(now() - day, 21, 6)
  head.write('0123456789abcdef', 27, 'hex')
  const token = `dt_${Buffer.concat([head, masterKey.mac('device tokens', head)]).toString('base64url')}`
  const device = { id: '0123456789abcdef', since: now() - day }
  t.strictSame(createDeviceTokens({ masterKey, now }).read(token, user), device)
})

t.test('a forged or altered token is invalid', async (t) => {
  const user = { id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a', password_version: 3, factors_version: 0 }
  const now = () => 1_764_000_000_000
  const ours = createDeviceTokens({ masterKey: createMasterKey(secretFor('master key')), now })
  const theirs = createDeviceTokens({ masterKey: createMasterKey(secretFor('another key')), now })
  const device = { id: '0123456789abcdef', since: now() - day }
  const token = ours.issue(user, device)
  t.strictSame(ours.read(token, user), device)
  t.equal(ours.read(theirs.issue(user, device), user), undefined)
  t.equal(ours.read(token, { ...user, password_version: 4 }), undefined)
  t.equal(ours.read(token, { ...user, id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3b' }), undefined)
  t.strictSame(
    createDeviceTokens({ masterKey: createMasterKey(secretFor('new key'), [secretFor('master key')]), now }).read(
      token,
      user,
    ),
    device,
    'a token of the previous key is valid',
  )

  const bytesOf = (token: string) => Buffer.from(token.slice(3), 'base64url')
  const altered = [...token].flatMap((_, index) =>
    [...alphabet].map((other) => token.slice(0, index) + other + token.slice(index + 1)),
  )
  const accepted = altered.filter((token) => ours.read(token, user) !== undefined)
  t.ok(altered.length > 5000)
  t.strictSame(
    accepted.filter((other) => !bytesOf(other).equals(bytesOf(token))),
    [],
    'except other spellings of the same bytes',
  )
})

t.test('a device token is never logged, wherever it is sent', async (t) => {
  const { app, lines, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  const { device_token: token } = (await signInFrom(app, addressOf(0), 'ada')).json<SignedIn>()
  await app.inject({ url: `/auth/users/me?device_token=${token}`, headers: { authorization: `Bearer ${token}` } })
  await postForm(app, '/auth/token', { username: token, password: token, device_token: token })
  t.ok(lines.length > 3)
  t.notMatch(lines.join(''), token)
})

/** @returns a function that signs in from a new network, and returns the new device token if the user was known */
function createKnownCheck({ app, events }: GuardedService) {
  let networks = 100
  return async (username: string, token?: string, password = secretFor(username)) => {
    const response = await signInFrom(app, addressOf(networks++), username, {
      password,
      ...(token === undefined ? {} : { device_token: token }),
    })
    if (response.statusCode !== 200) throw new Error(`${username} was rejected: ${response.body}`)
    const event = (await events('signed_in')).at(-1)
    return event?.details.known_location === true ? response.json<SignedIn>().device_token : ''
  }
}
