import { decodeJwt } from 'jose'
import t from 'tap'
import { administrationScopes, isAdministration } from '../../src/authorization/index.ts'
import latchkey from '../../src/plugin.ts'
import {
  build,
  buildWithSql,
  createClock,
  getMe,
  hour,
  minute,
  onBoth,
  postForm,
  registerClient,
  refresh,
  register,
  secretFor,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { ask } from '../support/administration.ts'
import { buildWithClients, tokenOf } from '../support/clients.ts'
import { addDevice, asUser, codeAt, enrolled, outcomeOf, step, toSeconds, wrongCodeAt } from '../support/factors.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { documentOf, operationsOf } from '../support/openapi.ts'
import { abroad, buildGuarded, elsewhere, home, signInFrom, type SignedIn } from '../support/throttling.ts'

const pwd = { amr: ['pwd'], acr: 'aal1' }
const stepUpRequired = '401 insufficient_user_authentication'
const mfa = { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' }

onBoth(t, 'after 15 minutes, what changes credentials requires the user to authenticate again', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const { deviceId, secret, recoveryCodes } = await enrolled(app, clock, 'ada')
  const signedIn = await signIn(app, 'ada', { otp: codeAt(secret, clock.now()) })
  const { refresh_token: refreshToken } = signedIn.json<TokenResponse>()
  clock.advance(15 * minute)
  const refreshed = (await refresh(app, refreshToken)).json<TokenResponse>()
  const { access_token: token } = refreshed
  const current_password = secretFor('ada')
  const changes = {
    'the e-mail address': () => asUser(app, token, 'PATCH', '', { email: 'new@example.com', current_password }),
    'the export': () => asUser(app, token, 'GET', '/export'),
    'a new factor': () => asUser(app, token, 'POST', '/totp', { name: 'Tablet' }),
    'new recovery codes': () => asUser(app, token, 'POST', '/recovery-codes'),
    'the password': () => asUser(app, token, 'POST', '/password', { current_password, new_password: secretFor('new') }),
    'removing a factor': () => asUser(app, token, 'DELETE', `/totp/${deviceId}`),
    'the deletion': () => asUser(app, token, 'POST', '/delete', { current_password }),
  }
  for (const [what, change] of Object.entries(changes)) {
    const response = await change()
    t.equal(outcomeOf(response), '401 insufficient_user_authentication', what)
    t.match(response.headers['www-authenticate'], /acr_values="aal2", max_age="900"$/)
  }
  t.equal(outcomeOf(await asUser(app, token, 'PATCH', '', { name: 'Ada' })), '200', 'a name is no credential')

  for (const otp of [wrongCodeAt(secret, clock.now()), codeAt(secret, clock.now() - 3 * step)]) {
    t.equal(outcomeOf(await asUser(app, token, 'POST', '/reauthenticate', { otp })), '400 invalid_otp')
  }
  const onlyPassword = await asUser(app, token, 'POST', '/reauthenticate', { current_password })
  t.equal(outcomeOf(onlyPassword), '400 invalid_request', 'the password is not enough')
  t.match(onlyPassword.json(), { detail: 'otp or credential is required.' })

  const renewed = await asUser(app, token, 'POST', '/reauthenticate', { otp: codeAt(secret, clock.now()) })
  t.equal(outcomeOf(renewed), '200')
  const { access_token: newToken, ...others } = renewed.json<TokenResponse>()
  t.match(others, { token_type: 'bearer', scope: 'account' })
  t.notMatch(others, { refresh_token: String })
  t.match(decodeJwt(newToken), { sid: decodeJwt(token).sid, auth_time: toSeconds(clock.now()), ...mfa })
  t.equal(outcomeOf(await changes['a new factor']()), '201', 'guards read the session, not the token')

  clock.advance(15 * minute)
  const last = (await refresh(app, refreshed.refresh_token)).json<TokenResponse>()
  const [otp = ''] = recoveryCodes
  t.equal(outcomeOf(await asUser(app, last.access_token, 'POST', '/reauthenticate', { otp })), '200', 'a recovery code')
  t.equal(outcomeOf(await asUser(app, last.access_token, 'GET', '/export')), '200')
})

onBoth(t, 'without a second factor, the password authenticates again', async (t, database) => {
  const { app, change, clock, count } = await buildWithSql(t, database)
  await register(app, 'ada')
  const { refresh_token: refreshToken } = (await signIn(app, 'ada')).json<TokenResponse>()
  clock.advance(15 * minute)
  const refreshed = (await refresh(app, refreshToken)).json<TokenResponse>()
  const { access_token: token, refresh_token: nextRefreshToken } = refreshed
  const exported = await asUser(app, token, 'GET', '/export')
  t.equal(outcomeOf(exported), '401 insufficient_user_authentication')
  t.match(exported.headers['www-authenticate'], /acr_values="aal1"/)
  const renew = (proof: object) => asUser(app, token, 'POST', '/reauthenticate', proof)
  t.equal(outcomeOf(await renew({})), '400 invalid_request')
  t.equal(outcomeOf(await renew({ otp: '123456' })), '400 invalid_request')
  t.equal(outcomeOf(await renew({ current_password: 'wrong' })), '400 wrong_password')
  const renewed = await renew({ current_password: secretFor('ada') })
  t.equal(outcomeOf(renewed), '200')
  t.match(decodeJwt(renewed.json<TokenResponse>().access_token), { auth_time: toSeconds(clock.now()), ...pwd })
  t.equal(outcomeOf(await asUser(app, token, 'GET', '/export')), '200')
  t.equal(await count('sessions'), 1, 'no other session has started')
  clock.advance(-hour)
  const { access_token: earlier } = (await refresh(app, nextRefreshToken)).json<TokenResponse>()
  t.equal(
    outcomeOf(await asUser(app, earlier, 'GET', '/export')),
    '401 insufficient_user_authentication',
    'after the clock was set back, the authentication in the future does not count',
  )
  const again = await asUser(app, earlier, 'POST', '/reauthenticate', { current_password: secretFor('ada') })
  t.equal(outcomeOf(again), '200')
  t.equal(outcomeOf(await asUser(app, earlier, 'GET', '/export')), '200')
  clock.advance(hour)
  await change('delete from sessions')
  t.equal(outcomeOf(await renew({ current_password: secretFor('ada') })), '401 invalid_token')
})

onBoth(t, 'tokens, introspection and sessions say how and when the user authenticated', async (t, database) => {
  const { app, clock, resource } = await buildWithClients(t, database)
  const introspect = async (token: string) =>
    (await postForm(app, '/auth/introspect', { token }, { authorization: resource.authorization })).json<object>()
  await register(app, 'ada')
  const start = clock.now()
  const before = (await signIn(app, 'ada')).json<TokenResponse>()
  t.match(decodeJwt(before.access_token), { auth_time: toSeconds(start), ...pwd })
  t.match(await introspect(before.access_token), { auth_time: toSeconds(start), ...pwd })
  clock.advance(minute)
  const refreshed = (await refresh(app, before.refresh_token)).json<TokenResponse>()
  t.match(decodeJwt(refreshed.access_token), { auth_time: toSeconds(start), ...pwd }, 'a refresh changes nothing')

  const { secret } = await addDevice(app, clock, refreshed.access_token)
  const added = clock.now()
  t.match(await introspect(refreshed.access_token), { auth_time: toSeconds(added), ...mfa }, 'the session counts')
  clock.advance(minute)
  const after = (await signIn(app, 'ada', { otp: codeAt(secret, clock.now()) })).json<TokenResponse>()
  t.match(decodeJwt(after.access_token), { auth_time: toSeconds(clock.now()), ...mfa })
  const { sessions } = (await asUser(app, after.access_token, 'GET', '/sessions')).json<{ sessions: object[] }>()
  t.match(sessions, [
    { current: true, authenticated_at: new Date(clock.now()).toISOString(), ...mfa },
    { current: false, authenticated_at: new Date(added).toISOString(), ...mfa },
  ])
})

onBoth(t, 'wrong codes are limited where the user authenticates again (L5)', async (t, database) => {
  const { app, clock, events, people } = await buildGuarded(t, database, { ACCOUNT_FAILURES: '5' })
  await people('ada')
  const { access_token: token, device_token } = (await signInFrom(app, home, 'ada')).json<SignedIn>()
  const { secret } = await addDevice(app, clock, token)
  clock.advance(step)
  const present = (proof: object, remoteAddress: string) =>
    app.inject({
      method: 'POST',
      url: '/auth/users/me/reauthenticate',
      remoteAddress,
      headers: { authorization: `Bearer ${token}` },
      payload: proof,
    })
  const renew = async (otp: string, remoteAddress: string) => outcomeOf(await present({ otp }, remoteAddress))
  const wrong = wrongCodeAt(secret, clock.now())
  for (let index = 0; index < 5; index++) t.equal(await renew(wrong, abroad), '400 invalid_otp')
  t.equal(await renew(wrong, abroad), '429 slow_down')
  const otp = codeAt(secret, clock.now())
  const locked = await present({ otp }, elsewhere)
  t.equal(outcomeOf(locked), '400 otp_locked', 'on unknown networks')
  t.match(locked.json<object>(), { detail: /sign in again/ }, 'it does not promise what only a sign-in counts')
  t.match(
    (await events('reauthentication_failed')).map(({ details }) => details),
    [...Array(5).fill({ factor: 'otp', reason: 'wrong' }), { factor: 'otp', reason: 'locked' }],
  )
  t.equal(outcomeOf(await present({ otp, device_token }, elsewhere)), '200', 'but not on the owner’s device')
  clock.advance(step)
  t.equal(await renew(codeAt(secret, clock.now()), home), '200', 'and not where the owner usually is')
})

onBoth(
  t,
  'a correct code does not count as a failure if the session ends or the database fails (L8)',
  async (t, database) => {
    const { app, change, clock, counts, people } = await buildGuarded(t, database)
    await people('ada')
    const { access_token: token } = (await signInFrom(app, home, 'ada')).json<SignedIn>()
    const { secret } = await addDevice(app, clock, token)
    const renew = async () =>
      outcomeOf(await asUser(app, token, 'POST', '/reauthenticate', { otp: codeAt(secret, clock.now()) }))
    clock.advance(step)
    const before = await counts()

    if (database === 'postgres') {
      const cancel = "begin raise exception using errcode = 'query_canceled'; end"
      await change(`create function cancel() returns trigger language plpgsql as $$ ${cancel} $$`)
      await change('create trigger failing before update on sessions for each row execute function cancel()')
      t.equal(await renew(), '503 temporarily_unavailable')
      t.strictSame(await counts(), before)
      await change('drop trigger failing on sessions')
    }

    await change('delete from throttles')
    if (database === 'sqlite') {
      await change('create trigger ending after insert on throttles begin delete from sessions; end')
    } else {
      const end = 'begin delete from sessions; return null; end'
      await change(`create function end_sessions() returns trigger language plpgsql as $$ ${end} $$`)
      await change('create trigger ending after insert on throttles execute function end_sessions()')
    }
    t.equal(await renew(), '401 invalid_token', 'the session has ended since the request arrived')
    t.strictSame(await counts(), [])
    const current_password = secretFor('ada')
    const changes = {
      'the e-mail address': (token: string) =>
        asUser(app, token, 'PATCH', '', { email: 'new@example.com', current_password }),
      'the deletion': (token: string) => asUser(app, token, 'POST', '/delete', { current_password }),
    }
    for (const [what, apply] of Object.entries(changes)) {
      const otp = codeAt(secret, clock.now())
      const signedIn = await signInFrom(app, home, 'ada', { otp })
      t.equal(outcomeOf(signedIn), '200', 'the code was not used up')
      await change('delete from throttles')
      t.equal(outcomeOf(await apply(signedIn.json<SignedIn>().access_token)), '401 invalid_token', what)
      t.strictSame(await counts(), [], what)
      clock.advance(step)
    }
    await change(`drop trigger ending${database === 'sqlite' ? '' : ' on throttles'}`)
  },
)

t.test('after 15 minutes, administration requires the user to authenticate again (H2)', async (t) => {
  const { app, change, clock } = await buildWithSql(t, 'sqlite')
  const { secret } = await enrolled(app, clock, 'boss')
  const ada = await enrolled(app, clock, 'ada')
  const { id } = (await getMe(app, ada.accessToken)).json<{ id: string }>()
  await change(`update users set scopes = '${administrationScopes.join(' ')}' where username = 'boss'`)
  // Without the scope of the user's own account.
  const scope = administrationScopes.join(' ')
  const token = async () =>
    (await signIn(app, 'boss', { otp: codeAt(secret, clock.now()), scope })).json<TokenResponse>()
  const { access_token: first, refresh_token: refreshToken } = await token()
  const client = await registerClient(app, first, { grant_types: ['client_credentials'], scope: 'users:write' })
  const invite = (token: string, name: string) =>
    ask(app, token, 'POST', '/invitations', { email: `${name}@example.com` })
  t.equal(outcomeOf(await invite(first, 'grace')), '201', 'after a sign-in')

  clock.advance(15 * minute)
  const { access_token: stolen } = (await refresh(app, refreshToken)).json<TokenResponse>()
  const outcomes: Record<string, string> = {}
  for (const { method, path, place, operation } of operationsOf(await documentOf(app))) {
    const writing = (['POST', 'PATCH', 'DELETE'] as const).find((one) => one === method)
    if (writing && operation.security?.some(({ latchkey = [] }) => latchkey.some(isAdministration))) {
      const url = path.replace('/auth', '').replaceAll(/\{\w+\}/g, id)
      outcomes[place] = outcomeOf(await ask(app, stolen, writing, url))
    }
  }
  const allowed = {
    'DELETE /auth/sessions': '204',
    'DELETE /auth/users/{id}/sessions': '204',
    'DELETE /auth/users/{id}/sessions/{session_id}': '404 not_found',
  }
  t.ok(Object.keys(outcomes).length > 10)
  t.strictSame(
    outcomes,
    { ...Object.fromEntries(Object.keys(outcomes).map((place) => [place, stepUpRequired])), ...allowed },
    'only signing users out is still allowed',
  )
  const lookUp = await ask(app, stolen, 'GET', `/users/${id}`)
  t.match([outcomeOf(lookUp), lookUp.json()], ['200', { second_factors: 1 }], 'and reading')
  t.equal(outcomeOf(await invite(await tokenOf(app, client, 'users:write'), 'alan')), '201', 'a client has no user')

  const otp = codeAt(secret, clock.now())
  t.equal(outcomeOf(await asUser(app, stolen, 'POST', '/reauthenticate', { otp })), '200', 'without the scope account')
  t.equal(outcomeOf(await ask(app, stolen, 'DELETE', `/users/${id}/factors`)), '204')
})

t.test('a host requires a recent authentication on its own routes', async (t) => {
  const host = createHost(t)
  const clock = createClock()
  await host.register(latchkey, { ...mountOptions, now: clock.now })
  const { requireRecent, requireScope } = host.latchkey
  for (const requirement of [{ maxAge: 0 }, { maxAge: 1.5 }, { maxAge: NaN }]) {
    t.throws(() => requireRecent(requirement), /whole seconds/)
  }
  const misspelt: object = { max_age: 60 }
  t.throws(() => requireRecent(misspelt), /takes only maxAge/)
  host.get('/usual', { onRequest: requireRecent() }, async () => 'ok')
  host.get('/minute', { onRequest: [requireScope('account'), requireRecent({ maxAge: 60 })] }, async () => 'ok')
  host.get('/strong', { onRequest: requireRecent({ acr: 'aal2' }) }, async () => 'ok')
  await host.ready()
  await register(host, 'ada')
  const { access_token: token, refresh_token: refreshToken } = (await signIn(host, 'ada')).json<TokenResponse>()
  const statuses = async () =>
    Promise.all(['/usual', '/minute', '/strong'].map(async (url) => (await getMe(host, token, url)).statusCode))
  t.strictSame(await statuses(), [200, 200, 403])
  t.match((await getMe(host, token, '/strong')).json(), {
    code: 'second_factor_required',
    message: /^This account needs a second factor\. Add an authenticator app/,
  })
  t.equal((await host.inject('/usual')).headers['www-authenticate'], 'Bearer', 'without a token')
  clock.advance(minute)
  t.strictSame(await statuses(), [200, 401, 403])
  await addDevice(host, clock, token)
  t.strictSame(await statuses(), [200, 200, 200])
  clock.advance(15 * minute)
  const { access_token: laterToken } = (await refresh(host, refreshToken)).json<TokenResponse>()
  const rejected = await getMe(host, laterToken, '/strong')
  t.match(rejected.json(), { code: 'insufficient_user_authentication' })
  t.equal(
    rejected.headers['www-authenticate'],
    'Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="900"',
  )
})
