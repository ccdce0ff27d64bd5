import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { createClient, passkeyObstacle, type Proof, SecondFactorError } from '../../src/browser/client/index.ts'
import { buildWithSql, register, secretFor } from '../support/build.ts'
import { codeAt, enrolled, wrongCodeAt } from '../support/factors.ts'
import { listening } from '../support/listening.ts'

t.test('a client calls operations by their types, with its session', async (t) => {
  const { app, url } = await listening(t)
  await register(app, 'ada')
  const { api, session } = createClient({ baseUrl: `${url}/` })
  t.teardown(session.close)

  const before = await api.GET('/auth/users/me')
  t.match([before.response.status, before.error?.code], [401, 'not_authenticated'])
  await session.signIn({ username: 'ada', password: secretFor('ada') })
  const { data } = await api.GET('/auth/users/me')
  t.equal(data?.username, 'ada')
  const refused = await api.POST('/auth/users/me/password', {
    body: { current_password: 'wrong', new_password: secretFor('new') },
  })
  t.equal(refused.error?.code, 'wrong_password')

  t.equal((await session.fetch(`${url}/auth/users/me`)).status, 200)
  t.equal(await session.signOut(), true)
  t.equal((await api.GET('/auth/users/me')).response.status, 401)
})

t.test('a client asks for the second factor', async (t) => {
  const { app, clock, url } = await listening(t)
  const { secret, recoveryCodes } = await enrolled(app, clock, 'ada')
  const { api, session } = createClient({ baseUrl: url })
  t.teardown(session.close)
  const signIn = (otp?: string) => session.signIn({ username: 'ada', password: secretFor('ada'), otp })
  const error: unknown = await signIn().catch((error: unknown) => error)
  if (!(error instanceof SecondFactorError)) return t.fail('no second factor is required')
  t.match(error, { error: 'mfa_required', status: 403, factors: ['totp', 'recovery_code'] })
  t.equal(session.getState().isSignedIn, false)
  const wrong: unknown = await error.finish(wrongCodeAt(secret, clock.now())).catch((cause: unknown) => cause)
  t.match(wrong, { error: 'invalid_grant', code: 'invalid_otp' })
  clock.advance(6 * 60_000)
  const late: unknown = await error.finish(codeAt(secret, clock.now())).catch((cause: unknown) => cause)
  t.match(late, { error: 'invalid_grant', code: 'invalid_mfa_token' })
  const again: unknown = await signIn().catch((error: unknown) => error)
  if (!(again instanceof SecondFactorError)) return t.fail('no second factor is required')
  await again.finish(codeAt(secret, clock.now()))
  t.match(session.getState(), { isSignedIn: true, username: 'ada' })
  t.equal((await api.GET('/auth/users/me')).data?.username, 'ada')
  await session.signOut()
  await signIn(recoveryCodes[0])
  t.equal(session.getState().isSignedIn, true, 'with a code that is already known')
})

t.test('a remembered device skips the second factor, also after a sign-out', async (t) => {
  const { app, clock, url } = await listening(t, { environment: { REMEMBER_SECOND_FACTOR_DAYS: '30' } })
  const { recoveryCodes } = await enrolled(app, clock, 'ada')
  const { session } = createClient({ baseUrl: url })
  t.teardown(session.close)
  const signIn = (further: { otp?: string; rememberDevice?: boolean } = {}) =>
    session.signIn({ username: 'ada', password: secretFor('ada'), ...further }).catch((error: unknown) => error)
  const first = await signIn()
  if (!(first instanceof SecondFactorError)) return t.fail('no second factor is required')
  await first.finish(recoveryCodes[0]!, { rememberDevice: true })
  await session.signOut()
  t.equal(await signIn(), undefined, 'remembered')
  await session.signOut()

  t.equal(await signIn({ otp: recoveryCodes[1]! }), undefined)
  await session.signOut()
  const second = await signIn({ rememberDevice: true })
  if (!(second instanceof SecondFactorError)) return t.fail('the device is still remembered')
  await second.finish(recoveryCodes[2]!)
  await session.signOut()
  t.equal(await signIn(), undefined, 'as the password said')
})

t.test(
  'a client renews an authentication that is not recent, by the password or a code, without a refresh',
  async (t) => {
    const { app, clock, url } = await listening(t, { environment: { ACCESS_TOKEN_EXPIRE_MINUTES: '60' } })
    const { secret } = await enrolled(app, clock, 'ada')
    await register(app, 'grace')
    const renew = async (username: string, otp: string | undefined, wrong: Proof, proof: () => Proof) => {
      const { api, session } = createClient({ baseUrl: url })
      t.teardown(session.close)
      await session.signIn({ username, password: secretFor(username), otp })
      const first = await session.getAccessToken()
      clock.advance(20 * 60_000)
      const refused = await api.GET('/auth/users/me/export')
      t.match([refused.response.status, refused.error?.code], [401, 'insufficient_user_authentication'])
      t.equal(await session.getAccessToken(), first, 'the token has not been replaced')

      await t.rejects(session.reauthenticate(wrong), {
        name: 'OAuthError',
        status: 400,
        code: /^(invalid_otp|wrong_p)/,
      })
      await session.reauthenticate(proof())
      t.not(await session.getAccessToken(), first)
      t.match((await api.GET('/auth/users/me/export')).data, { account: { username } })
      await session.signOut()
      await t.rejects(session.reauthenticate(wrong), { name: 'OAuthError', status: 401, error: 'not_authenticated' })
    }
    await renew('grace', undefined, { password: 'wrong' }, () => ({ password: secretFor('grace') }))
    const code = () => codeAt(secret, clock.now())
    await renew('ada', code(), { otp: wrongCodeAt(secret, clock.now()) }, () => ({ otp: code() }))
  },
)

t.test('where there are no passkeys, a client says so', async (t) => {
  const { app, clock, url } = await listening(t)
  await enrolled(app, clock, 'ada')
  const { session } = createClient({ baseUrl: url })
  t.teardown(session.close)
  const error: unknown = await session
    .signIn({ username: 'ada', password: secretFor('ada') })
    .catch((error: unknown) => error)
  if (!(error instanceof SecondFactorError)) return t.fail('no second factor is required')
  await t.rejects(error.finishWithPasskey(), { name: 'PasskeyError', reason: 'unavailable', message: /no passkey/ })
  t.match(passkeyObstacle(), /does not support passkeys/)
})

t.test('a client knows another prefix', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite', { PREFIX: '/v1/identity' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await app.latchkey.createUser({ username: 'ada', password: secretFor('ada'), scopes: ['users:read'] })
  const { api, session } = createClient({ baseUrl: url.toUpperCase(), prefix: '/v1/identity' })
  t.teardown(session.close)
  await session.signIn({ username: 'ada', password: secretFor('ada'), scope: 'account users:read' })
  t.match((await api.GET('/auth/users', { params: { query: { limit: 1 } } })).data, { users: [{ username: 'ada' }] })
  await change('delete from sessions')
  t.equal((await api.GET('/auth/users/me')).response.status, 401)
  t.strictSame(session.getState(), { isSignedIn: false, reason: 'ended' })
})

t.test('a wrong base URL is named, at once or by the first request (A6)', async (t) => {
  const { url } = await listening(t)
  for (const baseUrl of ['localhost:3000', 'auth.example.com', '/auth', '', 'file:///auth']) {
    t.throws(() => createClient({ baseUrl }), {
      name: 'TypeError',
      message: `baseUrl must be an absolute http or https URL, such as https://auth.example.com, not "${baseUrl}".`,
    })
  }
  const { session } = createClient({ baseUrl: `${url}/auth` })
  t.teardown(session.close)
  await t.rejects(session.signIn({ username: 'ada', password: secretFor('ada') }), {
    name: 'OAuthError',
    status: 404,
    message: `There is no resource at this URL: ${url}/auth/auth/token`,
  })
})

t.test('the client is at most 8 kB, compressed, without what it loads for passkeys', async (t) => {
  const { outputFiles } = await (
    await import('esbuild')
  ).build({
    entryPoints: ['src/browser/client/index.ts'],
    bundle: true,
    splitting: true,
    chunkNames: '[name]',
    outdir: 'client',
    format: 'esm',
    minify: true,
    write: false,
  })
  t.strictSame(
    outputFiles.map(({ path }) => basename(path)),
    ['index.js', 'web-authn.js'],
  )
  const bytes = gzipSync(outputFiles[0]!.contents).length
  t.ok(bytes > 1000 && bytes <= 8192, `${bytes} bytes`)
})
