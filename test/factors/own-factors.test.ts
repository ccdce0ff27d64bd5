import t from 'tap'
import {
  build,
  buildWithSql,
  getMe,
  minute,
  onBoth,
  refresh,
  register,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { addPasskey } from '../support/authenticator.ts'
import { addDevice, asUser, codeAt, enrolled, outcomeOf, step, wrongCodeAt } from '../support/factors.ts'

interface Listed {
  totp: { id: string; name: string }[]
  recovery_codes_left: number
}

onBoth(t, 'the first factor ends all other sessions, and the second one does not', async (t, database) => {
  const { app, clock, mailbox } = await build(t, { database })
  await register(app, 'ada', { email: 'ada@example.com' })
  const other = (await signIn(app, 'ada')).json<TokenResponse>()
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  await mailbox.collect(app)

  const { id, secret, confirmed } = await addDevice(app, clock, token)
  t.match(confirmed.json(), { id, name: 'Phone', used_at: null })
  t.equal(confirmed.json<{ recovery_codes: string[] }>().recovery_codes.length, 10)
  t.equal((await getMe(app, token)).statusCode, 200)
  t.equal((await getMe(app, other.access_token)).statusCode, 401)
  t.match(await mailbox.collect(app), [{ subject: /second factor was added/ }])
  t.equal(
    outcomeOf(await signIn(app, 'ada', { otp: codeAt(secret, clock.now()) })),
    '400 invalid_otp',
    'the code that confirmed it is used up',
  )

  clock.advance(step)
  const third = (await signIn(app, 'ada', { otp: codeAt(secret, clock.now()) })).json<TokenResponse>()
  const { confirmed: second } = await addDevice(app, clock, token, 'Tablet')
  t.notOk('recovery_codes' in second.json<object>(), 'the recovery codes stay')
  t.equal((await getMe(app, third.access_token)).statusCode, 200)
  const names = (await asUser(app, token, 'GET', '/factors')).json<Listed>().totp.map(({ name }) => name)
  t.strictSame(names, ['Phone', 'Tablet'])
})

onBoth(t, 'an authenticator app has no effect until it is confirmed', async (t, database) => {
  const { app, clock, rows } = await buildWithSql(t, database)
  await register(app, 'ada')
  let token = (await signIn(app, 'ada')).json<TokenResponse>().access_token
  const add = async () =>
    (await asUser(app, token, 'POST', '/totp', {})).json<{
      id: string
      secret: string
      uri: string
      qr_code: string
    }>()
  const confirm = async ({ id, secret }: { id: string; secret: string }) =>
    outcomeOf(await asUser(app, token, 'POST', `/totp/${id}/confirm`, { otp: codeAt(secret, clock.now()) }))

  const first = await add()
  t.match(first, { name: 'Authenticator app', uri: /^otpauth:\/\/totp\/Latchkey:ada\?/, qr_code: /^<svg .*<\/svg>$/s })
  t.ok(first.uri.includes(`secret=${first.secret}`))
  t.equal(outcomeOf(await signIn(app, 'ada')), '200', 'the password is enough')
  t.strictSame((await asUser(app, token, 'GET', '/factors')).json(), {
    totp: [],
    passkeys: [],
    recovery_codes_left: 0,
    required: false,
  })
  for (const otp of [wrongCodeAt(first.secret, clock.now()), '', 'x'.repeat(64), first.secret]) {
    t.match(outcomeOf(await asUser(app, token, 'POST', `/totp/${first.id}/confirm`, { otp })), /^400 /, otp)
  }

  const second = await add()
  t.equal(await confirm(first), '404 not_found', 'another one has replaced it')
  clock.advance(15 * minute)
  token = (await signIn(app, 'ada')).json<TokenResponse>().access_token
  t.equal(await confirm(second), '404 not_found', 'it has expired')
  await app.latchkey.housekeep()
  t.strictSame(await rows('select id from totp_devices'), [])

  t.equal(outcomeOf(await signIn(app, 'ada')), '200')
})

onBoth(t, 'an account has at most five authenticator apps', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await enrolled(app, clock, 'ada')
  for (const name of ['2', '3', '4', '5']) {
    t.equal(outcomeOf((await addDevice(app, clock, ada.accessToken, name)).confirmed), '200')
  }
  const rejected = await asUser(app, ada.accessToken, 'POST', '/totp', { name: '6' })
  t.equal(outcomeOf(rejected), '409 too_many_factors')
  t.match(rejected.json(), { detail: /^You have 5 authenticator apps/ })
  t.equal(outcomeOf(await asUser(app, ada.accessToken, 'DELETE', `/totp/${ada.deviceId}`)), '204')
  t.equal(outcomeOf(await asUser(app, ada.accessToken, 'POST', '/totp', { name: '6' })), '201')
})

onBoth(t, 'removing factors and creating recovery codes takes effect at once', async (t, database) => {
  const { app, clock, mailbox, rows } = await buildWithSql(t, database)
  const ada = await enrolled(app, clock, 'ada')
  const { accessToken, recoveryCodes, secret } = ada
  const tablet = await addDevice(app, clock, accessToken, 'Tablet')
  await mailbox.collect(app)

  const renamed = await asUser(app, accessToken, 'PATCH', `/totp/${ada.deviceId}`, { name: 'Old phone' })
  t.match(renamed.json(), { id: ada.deviceId, name: 'Old phone' })
  const replaced = await asUser(app, accessToken, 'POST', '/recovery-codes')
  t.equal(replaced.statusCode, 201)
  const { recovery_codes: codes } = replaced.json<{ recovery_codes: string[] }>()
  const [previous = '', next = ''] = [recoveryCodes[0], codes[0]]
  t.equal(outcomeOf(await signIn(app, 'ada', { otp: previous })), '400 invalid_otp')
  const other = (await signIn(app, 'ada', { otp: next })).json<TokenResponse>()

  clock.advance(step)
  t.equal(outcomeOf(await asUser(app, accessToken, 'DELETE', `/totp/${ada.deviceId.toUpperCase()}`)), '204')
  t.equal((await getMe(app, other.access_token)).statusCode, 401, 'other sessions end')
  t.equal(outcomeOf(await signIn(app, 'ada', { otp: codeAt(secret, clock.now()) })), '400 invalid_otp')
  t.equal(outcomeOf(await signIn(app, 'ada', { otp: codeAt(tablet.secret, clock.now()) })), '200')
  t.equal(outcomeOf(await asUser(app, accessToken, 'DELETE', `/totp/${tablet.id}`)), '204')
  t.equal(outcomeOf(await signIn(app, 'ada')), '200', 'without the last one, the password is enough')
  t.equal(outcomeOf(await asUser(app, accessToken, 'POST', '/recovery-codes')), '409 no_second_factor')
  t.strictSame(await rows('select user_id from recovery_codes'), [])

  const subjects = (await mailbox.collect(app)).map(({ subject }) => subject)
  t.strictSame(subjects.toSorted(), [
    'A recovery code of your Latchkey account was used',
    'A second factor was removed from your Latchkey account',
    'A second factor was removed from your Latchkey account',
    'New recovery codes for your Latchkey account',
  ])
  const events = (await asUser(app, accessToken, 'GET', '/events?limit=50')).json<{ events: { event: string }[] }>()
  const names = events.events.map(({ event }) => event).reverse()
  t.strictSame(
    names.filter((name) => /factor|recovery/.test(name)),
    [
      ...['second_factor_added', 'second_factor_added', 'recovery_codes_replaced', 'recovery_code_used'],
      ...['second_factor_removed', 'second_factor_removed'],
    ],
  )
})

onBoth(t, 'users cannot see or change the factors of other users', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await enrolled(app, clock, 'ada')
  const eve = await enrolled(app, clock, 'eve')
  const url = `/totp/${ada.deviceId}`
  t.equal(outcomeOf(await asUser(app, eve.accessToken, 'PATCH', url, { name: 'x' })), '404 not_found')
  t.equal(outcomeOf(await asUser(app, eve.accessToken, 'DELETE', url)), '404 not_found')
  t.equal(outcomeOf(await asUser(app, eve.accessToken, 'POST', `${url}/confirm`, { otp: '123456' })), '404 not_found')
  t.equal(
    outcomeOf(await signIn(app, 'ada', { otp: codeAt(eve.secret, clock.now()) })),
    '400 invalid_otp',
    'codes of another user',
  )
  t.equal(outcomeOf(await signIn(app, 'ada', { otp: eve.recoveryCodes[0] ?? '' })), '400 invalid_otp')
  t.match((await asUser(app, ada.accessToken, 'GET', '/factors')).json(), { totp: [{ name: 'Phone' }] })
})

onBoth(t, 'changes of factors require a sign-in within 15 minutes, which a refresh is not', async (t, database) => {
  const { app, change, clock } = await buildWithSql(t, database)
  await register(app, 'ada')
  const started = (await signIn(app, 'ada')).json<TokenResponse>()
  clock.advance(15 * minute - 1)
  const { access_token: token } = (await refresh(app, started.refresh_token)).json<TokenResponse>()
  const added = await asUser(app, token, 'POST', '/totp', { name: 'Phone' })
  t.equal(outcomeOf(added), '201')
  clock.advance(1)
  const pending = added.json<{ id: string; secret: string }>()
  t.equal(
    outcomeOf(
      await asUser(app, token, 'POST', `/totp/${pending.id}/confirm`, { otp: codeAt(pending.secret, clock.now()) }),
    ),
    '401 insufficient_user_authentication',
    'a session that could not add a device cannot guess its code',
  )
  const rejected = await asUser(app, token, 'POST', '/totp', { name: 'Phone' })
  t.equal(outcomeOf(rejected), '401 insufficient_user_authentication')
  t.equal(
    rejected.headers['www-authenticate'],
    'Bearer error="insufficient_user_authentication", acr_values="aal1", max_age="900"',
  )
  t.equal((await getMe(app, token)).statusCode, 200, 'the token is still valid')

  const fresh = (await signIn(app, 'ada')).json<TokenResponse>().access_token
  const { id } = await addDevice(app, clock, fresh)
  // The session now looks like one that has survived the first factor.
  await change("update sessions set methods = 'pwd'")
  const changes = [
    await asUser(app, fresh, 'POST', '/totp', { name: 'Tablet' }),
    await asUser(app, fresh, 'PATCH', `/totp/${id}`, { name: 'Tablet' }),
    await asUser(app, fresh, 'DELETE', `/totp/${id}`),
    await asUser(app, fresh, 'POST', '/recovery-codes'),
  ]
  for (const response of changes) {
    t.equal(outcomeOf(response), '401 insufficient_user_authentication', 'without the second factor (T6)')
    t.match(response.headers['www-authenticate'], /acr_values="aal2"/)
  }
})

t.test('names of factors are one line of visible text', async (t) => {
  const { app, clock } = await build(t)
  const { accessToken: token, deviceId } = await enrolled(app, clock, 'ada')
  const { id: passkeyId } = await addPasskey(app, token, {}, { name: '  Ada’s key 🗝️ ' })
  const listed = (await asUser(app, token, 'GET', '/factors')).json<{ passkeys: { name: string }[] }>()
  t.strictSame(listed.passkeys[0]?.name, 'Ada’s key 🗝', 'ends are trimmed')
  for (const name of [
    ' ',
    '\u200b',
    ' \n',
    'a\nb',
    'a\tb',
    'a\u001b[2Jb',
    'a\u2028b',
    'an\u202eevil',
    'a\u2066b',
    '\ud800',
    '\0',
  ]) {
    const outcomes = [
      await asUser(app, token, 'POST', '/totp', { name }),
      await asUser(app, token, 'PATCH', `/totp/${deviceId}`, { name }),
      await asUser(app, token, 'PATCH', `/passkeys/${passkeyId}`, { name }),
      (await addPasskey(app, token, {}, { name })).added,
    ]
    // Some of these characters end a line of TAP.
    const shown = `characters ${Array.from(name, (character) => character.codePointAt(0)).join(' ')}`
    for (const response of outcomes) t.equal(outcomeOf(response), '400 invalid_request', shown)
    t.match(outcomes[0]?.json(), { errors: [{ path: '/name' }] }, shown)
  }
  t.equal(outcomeOf(await asUser(app, token, 'PATCH', `/passkeys/${passkeyId}`, { name: 'مفتاح 👩‍💻' })), '200')
})
