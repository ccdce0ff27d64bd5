import type { FastifyInstance } from 'fastify'
import t from 'tap'
import {
  build,
  buildWithSql,
  getMe,
  hour,
  onBoth,
  refresh,
  register,
  second,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import {
  addPasskey,
  challenged,
  continueWithPasskey,
  createPasskey,
  type Options,
  passkeyGrant,
  passkeyOptions,
  postPasskey,
  signInWithPasskey,
  type SoftwarePasskey,
  withPasskey,
} from '../support/authenticator.ts'
import { addDevice, asUser, outcomeOf } from '../support/factors.ts'
import { tokenOf } from '../support/mailbox.ts'
import { deleteAccount, newPassword, registerVerified, resetMail, resetWith, statusesOf } from '../support/recovery.ts'
import { abroad, buildGuarded, elsewhere, home, lockOut, signInFrom, type SignedIn } from '../support/throttling.ts'

const junk = { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA' }

const oneOfFifty = { 200: 1, 400: 49 }

/** Signs in with a passkey alone, from a network. */
async function passkeyFrom(
  app: FastifyInstance,
  remoteAddress: string,
  passkey: SoftwarePasskey,
  changes: object = {},
  more: object = {},
) {
  const credential = JSON.stringify({ ...passkey.use(await passkeyOptions(app)), ...changes })
  const payload = { grant_type: passkeyGrant, credential, ...more }
  return app.inject({ method: 'POST', url: '/auth/token', remoteAddress, payload })
}

async function creationOptions(app: FastifyInstance, token: string) {
  return (await asUser(app, token, 'POST', '/passkeys/options')).json<Options>()
}

onBoth(t, 'fifty uses of one challenge at once: one succeeds (T1)', async (t, database) => {
  const { app, count } = await buildWithSql(t, database)
  const { accessToken, passkey } = await withPasskey(app, 'ada')
  const alone = passkey.use(await passkeyOptions(app))
  t.strictSame(await statusesOf(50, () => postPasskey(app, alone)), oneOfFifty, 'a sign-in')
  const { mfa_token: token, passkey_options: options } = await challenged(app, 'ada')
  const second = passkey.use(options)
  t.strictSame(await statusesOf(50, () => continueWithPasskey(app, token, second)), oneOfFifty, 'a second factor')
  t.equal(await count('sessions'), 3)
  const credential = passkey.use(await passkeyOptions(app, accessToken))
  const renew = () => asUser(app, accessToken, 'POST', '/reauthenticate', { credential })
  t.strictSame(await statusesOf(50, renew), oneOfFifty, 'a reauthentication')
  const creation = await creationOptions(app, accessToken)
  const add = () => asUser(app, accessToken, 'POST', '/passkeys', { credential: createPasskey(creation).credential })
  t.strictSame(await statusesOf(50, add), { 201: 1, 400: 49 }, 'a registration')

  const grace = await withPasskey(app, 'grace')
  const id = Buffer.from('the id of a passkey')
  const outcomes = await Promise.all(
    [accessToken, grace.accessToken].map(async (token) => (await addPasskey(app, token, { id })).added.statusCode),
  )
  t.strictSame(outcomes.toSorted(), [201, 400], 'one passkey for two accounts')
})

onBoth(t, 'an account has at most ten passkeys, also if two are added at once', async (t, database) => {
  const { app } = await build(t, { database })
  const { accessToken: token, passkeyId } = await withPasskey(app, 'ada')
  for (let count = 2; count < 10; count++) t.equal(outcomeOf((await addPasskey(app, token)).added), '201')
  const options = await creationOptions(app, token)
  t.match(options, { user: { name: 'ada', displayName: 'ada' } }, 'the username, without a name')
  const add = async (from: Options) =>
    outcomeOf(await asUser(app, token, 'POST', '/passkeys', { credential: createPasskey(from).credential }))
  const outcomes = await Promise.all([add(options), add(await creationOptions(app, token))])
  t.strictSame(outcomes.toSorted(), ['201', '409 too_many_factors'])
  const { credential } = createPasskey(await creationOptions(app, token))
  const rejected = await asUser(app, token, 'POST', '/passkeys', { credential })
  t.equal(outcomeOf(rejected), '409 too_many_factors')
  t.match(rejected.json(), { detail: /^You have 10 passkeys/ })
  t.equal(outcomeOf(await asUser(app, token, 'DELETE', `/passkeys/${passkeyId}`)), '204')
  t.equal(await add(await creationOptions(app, token)), '201')
})

onBoth(t, 'an hour has fifteen additions of factors, each with an event and a message', async (t, database) => {
  const { app, clock, mailbox, rows } = await buildWithSql(t, database)
  await registerVerified(app, mailbox)
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  await addPasskey(app, token)
  t.equal(outcomeOf(await asUser(app, token, 'POST', '/recovery-codes')), '201')
  await mailbox.collect(app)
  for (let count = 3; count <= 15; count++) {
    const { id, added } = await addPasskey(app, token)
    t.equal(outcomeOf(added), '201')
    t.equal(outcomeOf(await asUser(app, token, 'DELETE', `/passkeys/${id}`)), '204')
  }
  const subjects = (await mailbox.collect(app)).map(({ subject }) => subject)
  t.equal(subjects.filter((subject) => /was added/.test(subject)).length, 13)
  t.equal(subjects.filter((subject) => /was removed/.test(subject)).length, 13)
  t.equal((await rows("select id from events where event = 'second_factor_added'")).length, 14)

  const { added } = await addPasskey(app, token)
  t.equal(outcomeOf(added), '429 slow_down')
  t.equal(added.headers['retry-after'], '240')
  t.equal(outcomeOf(await asUser(app, token, 'POST', '/recovery-codes')), '429 slow_down')
  t.equal(outcomeOf((await addDevice(app, clock, token)).confirmed), '429 slow_down')
  t.match((await asUser(app, token, 'GET', '/factors')).json(), { totp: { length: 0 }, passkeys: { length: 1 } })
  t.type((await withPasskey(app, 'grace')).passkeyId, 'string', 'other users are unaffected')
  clock.advance(240 * second)
  t.equal(outcomeOf((await addPasskey(app, token)).added), '201')
})

onBoth(t, 'the passkey of a disabled or deleted user is rejected like an unknown one (S6)', async (t, database) => {
  const { app, change } = await buildWithSql(t, database)
  const { accessToken, passkey } = await withPasskey(app, 'ada')
  const answer = async () => {
    const { statusCode, headers, body } = await signInWithPasskey(app, passkey)
    return [statusCode, headers['www-authenticate'], body]
  }
  const { mfa_token: token, passkey_options: options } = await challenged(app, 'ada')
  const renewal = passkey.use(await passkeyOptions(app, accessToken))
  const stranger = createPasskey(await creationOptions(app, accessToken))
  const { statusCode, headers, body } = await signInWithPasskey(app, stranger)
  const unknown = [statusCode, headers['www-authenticate'], body]

  await change('update users set disabled = 1')
  t.strictSame(await answer(), unknown)
  t.match(outcomeOf(await continueWithPasskey(app, token, passkey.use(options))), /^400 /)
  const renew = () => asUser(app, accessToken, 'POST', '/reauthenticate', { credential: renewal })
  t.equal(outcomeOf(await renew()), '401 invalid_token')
  const headersOfAda = { authorization: `Bearer ${accessToken}` }
  const asked = await app.inject({ method: 'POST', url: '/auth/passkey/options', headers: headersOfAda })
  t.equal(outcomeOf(asked), '401 invalid_token')
  await change('update users set disabled = 0')
  t.equal((await answer())[0], 200)
  t.equal(outcomeOf(await continueWithPasskey(app, token, passkey.use(options))), '200')

  const { access_token: fresh } = (await signInWithPasskey(app, passkey)).json<TokenResponse>()
  t.equal((await deleteAccount(app, fresh)).statusCode, 204)
  t.strictSame(await answer(), unknown)
})

onBoth(t, 'a rejected sign-in with a right passkey does not use the challenge up', async (t, database) => {
  const environment = { REQUIRE_VERIFIED_EMAIL: 'on' }
  const { app, change, mailbox } = await buildWithSql(t, database, environment)
  await registerVerified(app, mailbox)
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  const { passkey } = await addPasskey(app, token)
  const credential = passkey.use(await passkeyOptions(app))
  t.equal(outcomeOf(await postPasskey(app, credential, { scope: 'users:write' })), '400 invalid_scope')
  await change('update users set email_verified = 0')
  t.equal(outcomeOf(await postPasskey(app, credential)), '400 email_not_verified')
  await change("update users set email_verified = 1, scopes = 'users:write posts:write'")
  const scoped = await postPasskey(app, credential, { scope: 'account users:write' })
  t.equal(outcomeOf(scoped), '200')
  t.equal(scoped.json<TokenResponse>().scope, 'account users:write', 'administration by name')
})

onBoth(t, 'a passkey signs in where the password is locked, and the owner is notified', async (t, database) => {
  const { app, events, mailbox, people } = await buildGuarded(t, database)
  await people('ada')
  const { access_token: token } = (await signInFrom(app, home, 'ada')).json<SignedIn>()
  const { passkey } = await addPasskey(app, token)
  await mailbox.collect(app)
  await lockOut(app, 'ada')
  await mailbox.collect(app)
  t.equal((await signInFrom(app, elsewhere, 'ada')).statusCode, 401)
  t.equal((await passkeyFrom(app, elsewhere, passkey)).statusCode, 200)
  t.match(await mailbox.collect(app), [
    { to: 'ada@example.com', subject: /New sign-in/, text: /with a passkey from.*192\.0\.2\.33.*remove the passkey/s },
  ])
  t.match((await events('signed_in')).at(-1), {
    address: elsewhere,
    details: { factor: 'passkey', known_location: false },
  })
  t.equal((await passkeyFrom(app, elsewhere, passkey)).statusCode, 200)
  t.strictSame(await mailbox.collect(app), [], 'the network is known now')
})

t.test('wrong passkeys delay their account in one place, and no other (S7, S12)', async (t) => {
  const { app, clock, counts, events, people } = await buildGuarded(t, 'sqlite', { SIGN_IN_FAILURES_PER_HOUR: '5' })
  await people('ada', 'grace')
  const ada = (await signInFrom(app, home, 'ada')).json<SignedIn>()
  const { passkey } = await addPasskey(app, ada.access_token)
  const grace = await addPasskey(app, (await signInFrom(app, elsewhere, 'grace')).json<SignedIn>().access_token)
  const wrong = { rawId: 'A' }
  for (let index = 0; index < 10; index++) t.equal((await passkeyFrom(app, home, passkey)).statusCode, 200)
  const before = await counts()
  const cheap = [{ id: 'AAAA', rawId: 'AAAA' }, passkey.use({ challenge: 'AAAA' }), { response: junk }]
  for (const more of [...cheap, ...cheap, ...cheap]) {
    t.equal((await passkeyFrom(app, abroad, passkey, more)).statusCode, 400)
  }
  t.strictSame(await counts(), before, 'strangers without a passkey are not counted')
  t.match((await events('sign_in_failed'))[0], { address: abroad, details: { factor: 'passkey', reason: 'wrong' } })

  for (let index = 0; index < 5; index++) t.equal((await passkeyFrom(app, abroad, passkey, wrong)).statusCode, 400)
  for (const more of [{}, wrong]) {
    const response = await passkeyFrom(app, abroad, passkey, more)
    t.match([outcomeOf(response), response.headers['retry-after']], ['429 slow_down', /^\d+$/])
  }
  t.match(await events('sign_in_throttled'), [{ address: abroad }, { address: abroad }])
  t.equal((await passkeyFrom(app, abroad, grace.passkey)).statusCode, 200, 'another account')
  t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 403, 'passwords are counted apart')
  const device = { device_token: ada.device_token }
  t.equal((await passkeyFrom(app, abroad, passkey, {}, device)).statusCode, 200, 'a known device')
  clock.advance(hour)
  t.equal((await passkeyFrom(app, abroad, passkey)).statusCode, 200)

  const neighbour = (index: number) => home.replace(/\d+$/, String(20 + (index % 5)))
  for (let index = 0; index < 20; index++) await passkeyFrom(app, neighbour(index), passkey, wrong)
  t.equal(outcomeOf(await passkeyFrom(app, neighbour(5), passkey)), '429 slow_down')
  const atHome = await passkeyFrom(app, home, passkey)
  t.equal(outcomeOf(atHome), '200', 'a known network, despite its neighbours')
  const { access_token: token } = atHome.json<TokenResponse>()
  for (let index = 0; index < 5; index++) await passkeyFrom(app, home, passkey, wrong)
  t.equal(outcomeOf(await passkeyFrom(app, home, passkey)), '429 slow_down')
  const renew = async (more: object = {}) => {
    const credential = { ...passkey.use(await passkeyOptions(app, token)), ...more }
    return app.inject({
      method: 'POST',
      url: '/auth/users/me/reauthenticate',
      remoteAddress: home,
      headers: { authorization: `Bearer ${token}` },
      payload: { credential },
    })
  }
  t.equal((await renew()).statusCode, 200, 'a user who is signed in')
  for (let index = 0; index < 5; index++) t.equal((await renew(wrong)).statusCode, 400)
  t.equal(outcomeOf(await renew()), '429 slow_down')
})

t.test('the removal of a stolen passkey ends the session that it started (V7.4.3)', async (t) => {
  const { app } = await build(t)
  const { accessToken, passkey, passkeyId } = await withPasskey(app, 'ada')
  await addPasskey(app, accessToken)
  const thief = (await signInWithPasskey(app, passkey)).json<TokenResponse>()
  t.equal(outcomeOf(await asUser(app, accessToken, 'DELETE', `/passkeys/${passkeyId}`)), '204')
  t.equal(outcomeOf((await addPasskey(app, thief.access_token)).added), '401 invalid_token')
  t.equal((await refresh(app, thief.refresh_token)).statusCode, 400)
  t.equal((await getMe(app, accessToken)).statusCode, 200)
})

t.test('a reset of the password keeps passkeys, and the message lists them (T5)', async (t) => {
  const { app, clock, mailbox } = await build(t)
  await registerVerified(app, mailbox)
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  const { passkey } = await addPasskey(app, token, { aaguid: 'd548826e-79b4-db40-a3d8-11116f7e8349' }, { name: 'Evil' })
  clock.advance(1)
  await addPasskey(app, token)
  await mailbox.collect(app)
  const used = await challenged(app, 'ada')
  t.equal(outcomeOf(await resetWith(app, { token: tokenOf(await resetMail(app, mailbox)) })), '204')
  const [mail, ...others] = await mailbox.collect(app)
  t.strictSame(others, [])
  const added = String.raw`\(\d\d:\d\d UTC on [^)]+\)`
  t.match(mail, {
    subject: /password was changed/,
    text: new RegExp(`Bitwarden ${added}, Passkey ${added}`),
  })
  t.notMatch(mail?.text, /Evil/, 'an attacker may have chosen the name')
  t.equal(
    outcomeOf(await continueWithPasskey(app, used.mfa_token, passkey.use(used.passkey_options))),
    '400 invalid_mfa_token',
  )
  t.equal(outcomeOf(await signInWithPasskey(app, passkey)), '200')
  t.equal(outcomeOf(await signIn(app, 'ada', { password: newPassword })), '403 mfa_required')
})

t.test('a service with an IP address has no passkeys', async (t) => {
  const { app } = await build(t, { environment: { PUBLIC_URL: 'http://127.0.0.1:3000' } })
  await register(app, 'ada')
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  const passkey = createPasskey({ challenge: '' })
  const used = passkey.use({ challenge: '' })
  const responses = [
    await asUser(app, token, 'POST', '/passkeys/options'),
    await asUser(app, token, 'POST', '/passkeys', { credential: passkey.credential }),
    await app.inject({ method: 'POST', url: '/auth/passkey/options' }),
    await postPasskey(app, used),
  ]
  for (const response of responses) t.equal(outcomeOf(response), '409 passkeys_unavailable')
  t.match((await asUser(app, token, 'GET', '/factors')).json(), { passkeys: [] })
})

t.test('passkeys work on the pages and in the apps of RP_ORIGINS', async (t) => {
  const android = 'android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck'
  const origins = ['https://auth.example.com:8443', 'https://app.example.com', 'https://example.com', android]
  const { app } = await build(t, {
    environment: {
      PUBLIC_URL: 'https://auth.example.com:8443',
      RP_ID: 'example.com',
      RP_ORIGINS: origins.slice(1).join(','),
    },
  })
  const { passkey } = await withPasskey(app, 'ada', { origin: android })
  t.match(await passkeyOptions(app), { rpId: 'example.com' })
  for (const origin of origins) t.equal(outcomeOf(await signInWithPasskey(app, passkey, { origin })), '200', origin)
  for (const origin of ['https://auth.example.com', 'https://other.example.com', 'https://app.example.com.evil.test']) {
    t.equal(outcomeOf(await signInWithPasskey(app, passkey, { origin })), '400 invalid_passkey', origin)
  }
})
