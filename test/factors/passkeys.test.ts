import { decodeJwt } from 'jose'
import t from 'tap'
import { build, getMe, minute, onBoth, refresh, register, signIn, type TokenResponse } from '../support/build.ts'
import {
  type Ceremony,
  challenged,
  continueWithPasskey,
  createPasskey,
  type Options,
  passkeyOptions,
  postPasskey,
  signInWithPasskey,
  withPasskey,
} from '../support/authenticator.ts'
import { addDevice, asUser, codeAt, continueWith, outcomeOf, toSeconds } from '../support/factors.ts'

onBoth(t, 'a passkey is added, signs in, is renamed and removed', async (t, database) => {
  const { app, clock, mailbox } = await build(t, { database })
  await register(app, 'ada', { email: 'ada@example.com', name: 'Ada Lovelace' })
  const other = (await signIn(app, 'ada')).json<TokenResponse>()
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  await mailbox.collect(app)

  const options = await asUser(app, token, 'POST', '/passkeys/options')
  t.match(options.json(), {
    rp: { id: 'localhost', name: 'Latchkey' },
    user: { name: 'ada', displayName: 'Ada Lovelace' },
    attestation: 'none',
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    timeout: 5 * minute,
  })
  const passkey = createPasskey(options.json<Options>(), { aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' })
  const added = await asUser(app, token, 'POST', '/passkeys', { credential: passkey.credential })
  t.equal(outcomeOf(added), '201')
  const { id, recovery_codes: codes } = added.json<{ id: string; recovery_codes: string[] }>()
  t.match(added.json(), { name: '1Password', authenticator: '1Password', backed_up: true, used_at: null })
  t.equal(codes.length, 10)
  t.match((await asUser(app, token, 'POST', '/passkeys', { credential: 'x' })).json(), {
    errors: [{ path: '/credential', message: 'must be an object' }],
  })
  t.equal((await getMe(app, token)).statusCode, 200)
  t.equal((await getMe(app, other.access_token)).statusCode, 401, 'other sessions end')
  const [mail, ...others] = await mailbox.collect(app)
  t.strictSame(others, [])
  t.match(mail, { subject: /second factor was added/, text: /A passkey was added/ })

  clock.advance(1)
  const again = await asUser(app, token, 'POST', '/passkeys/options')
  t.match(again.json(), { excludeCredentials: [{ id: passkey.id, type: 'public-key' }] })
  const second = createPasskey(again.json<Options>(), { isBackupEligible: false, isBackedUp: false })
  const named = await asUser(app, token, 'POST', '/passkeys', { name: 'Key', credential: second.credential })
  t.match(named.json(), { name: 'Key', authenticator: null, backed_up: false })
  t.notOk('recovery_codes' in named.json<object>(), 'the recovery codes stay')

  const request = await passkeyOptions(app)
  t.match(request, { rpId: 'localhost', userVerification: 'required', timeout: 5 * minute })
  t.notOk('allowCredentials' in request, 'any passkey on the device can be used')
  const signedIn = await postPasskey(app, passkey.use(request), { scope: 'account' })
  t.equal(outcomeOf(signedIn), '200')
  t.match(signedIn.json(), { scope: 'account', refresh_token: /^rt_/, device_token: /^dt_/ })
  const { access_token: fresh } = signedIn.json<TokenResponse>()
  const claims = { amr: ['swk', 'user', 'mfa'], acr: 'aal2', auth_time: toSeconds(clock.now()) }
  t.match(decodeJwt(fresh), { preferred_username: 'ada', ...claims })
  const byKey = (await signInWithPasskey(app, second)).json<TokenResponse>()
  t.strictSame(decodeJwt(byKey.access_token).amr, ['hwk', 'user', 'mfa'])

  const renamed = await asUser(app, fresh, 'PATCH', `/passkeys/${id.toUpperCase()}`, { name: 'Old laptop' })
  t.match(renamed.json(), { id, name: 'Old laptop', used_at: new Date(clock.now()).toISOString() })
  const listed = (await asUser(app, fresh, 'GET', '/factors')).json<{ passkeys: { name: string }[] }>()
  t.strictSame(
    listed.passkeys.map(({ name }) => name),
    ['Old laptop', 'Key'],
  )
  t.match(listed, { totp: [], recovery_codes_left: 10 })
  t.match((await asUser(app, fresh, 'GET', '/export')).json(), {
    passkeys: [
      { name: 'Old laptop', credential_id: passkey.id, transports: ['internal', 'hybrid'] },
      { credential_id: second.id },
    ],
  })

  await mailbox.collect(app)
  t.equal(outcomeOf(await asUser(app, fresh, 'DELETE', `/passkeys/${id}`)), '204')
  t.match(await mailbox.collect(app), [{ subject: /second factor was removed/, text: /A passkey was removed/ }])
  t.equal(outcomeOf(await signInWithPasskey(app, passkey)), '400 invalid_passkey', 'a removed passkey is unknown')
  const { id: secondId } = named.json<{ id: string }>()
  t.equal(outcomeOf(await asUser(app, fresh, 'DELETE', `/passkeys/${secondId}`)), '204')
  t.match((await asUser(app, fresh, 'GET', '/factors')).json(), { passkeys: [], recovery_codes_left: 0 })
  t.equal(outcomeOf(await signIn(app, 'ada')), '200', 'the password is enough again')
})

onBoth(t, 'a passkey is the second factor after the password, even without user verification', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await withPasskey(app, 'ada', { isBackupEligible: false, isBackedUp: false })
  const { mfa_token: token, factors, passkey_options: options } = await challenged(app, 'ada')
  t.strictSame(factors, ['recovery_code', 'passkey'])
  t.match(options, {
    userVerification: 'discouraged',
    allowCredentials: [{ id: ada.passkey.id, type: 'public-key', transports: ['internal', 'hybrid'] }],
  })
  const used = ada.passkey.use(options, { isVerified: false, userHandle: undefined })
  const signedIn = await continueWithPasskey(app, token, used)
  t.equal(outcomeOf(signedIn), '200')
  const { access_token: access } = signedIn.json<TokenResponse>()
  t.match(decodeJwt(access), { amr: ['pwd', 'hwk', 'mfa'], acr: 'aal2', auth_time: toSeconds(clock.now()) })
  t.equal(outcomeOf(await continueWithPasskey(app, token, used)), '400 invalid_passkey', 'both work once')

  const next = await challenged(app, 'ada')
  t.equal(outcomeOf(await continueWith(app, next.mfa_token, ada.recoveryCodes[0] ?? '')), '200', 'or a recovery code')
  const { secret } = await addDevice(app, clock, access)
  const both = await challenged(app, 'ada')
  t.strictSame(both.factors, ['totp', 'recovery_code', 'passkey'])
  clock.advance(30_000)
  t.equal(outcomeOf(await continueWith(app, both.mfa_token, codeAt(secret, clock.now()))), '200')

  const wrong = await signIn(app, 'ada', { password: 'wrong' })
  t.notMatch(wrong.json(), { passkey_options: {} }, 'a wrong password reveals nothing')
  t.equal(outcomeOf(wrong), '401 invalid_grant')
})

onBoth(t, 'a passkey confirms that it is the user', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await withPasskey(app, 'ada')
  const started = (await signInWithPasskey(app, ada.passkey)).json<TokenResponse>()
  clock.advance(15 * minute - 1)
  const { access_token: token } = (await refresh(app, started.refresh_token)).json<TokenResponse>()
  t.equal(outcomeOf(await asUser(app, token, 'GET', '/export')), '200', 'a sign-in with a passkey is recent (RFC 9470)')
  const renew = async (how: Ceremony = {}, options?: Options) =>
    asUser(app, token, 'POST', '/reauthenticate', {
      credential: ada.passkey.use(options ?? (await passkeyOptions(app, token)), how),
    })
  clock.advance(1)
  t.equal(outcomeOf(await asUser(app, token, 'GET', '/export')), '401 insufficient_user_authentication')
  t.match(await passkeyOptions(app, token), {
    userVerification: 'required',
    allowCredentials: [{ id: ada.passkey.id }],
  })
  t.equal(outcomeOf(await renew({ isVerified: false })), '400 invalid_passkey', 'it is the only factor of this session')
  const renewed = await renew()
  t.equal(outcomeOf(renewed), '200')
  const { access_token: newToken } = renewed.json<TokenResponse>()
  t.match(decodeJwt(newToken), { auth_time: toSeconds(clock.now()), amr: ['swk', 'user', 'mfa'], acr: 'aal2' })
  t.equal(outcomeOf(await asUser(app, token, 'GET', '/export')), '200')

  const { mfa_token: mfaToken, passkey_options: options } = await challenged(app, 'ada')
  const answer = await continueWithPasskey(app, mfaToken, ada.passkey.use(options))
  const { access_token: withPassword } = answer.json<TokenResponse>()
  const own = await passkeyOptions(app, withPassword)
  t.match(own, { userVerification: 'preferred' })
  const credential = ada.passkey.use(own, { isVerified: false })
  const withCode = await asUser(app, withPassword, 'POST', '/reauthenticate', { credential, otp: '123456' })
  t.equal(outcomeOf(withCode), '400 invalid_request', 'either a passkey or a code')
  t.equal(
    outcomeOf(await asUser(app, withPassword, 'POST', '/reauthenticate', { credential })),
    '200',
    'after a password, user verification is not needed',
  )
})
