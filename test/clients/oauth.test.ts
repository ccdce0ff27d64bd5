// @lane clients
import t, { type Test } from 'tap'
import { administrator, register, registerClient, secretFor, signedUp } from '../support/build.ts'
import { addDevice } from '../support/factors.ts'
import { inPython } from '../support/python.ts'
import { listeningOverHttps, runProgram } from './support.ts'

const scope = 'orders:read orders:write'
const userToken = {
  access_token: /^ey/,
  token_type: 'bearer',
  expires_in: 900,
  scope: 'account',
  refresh_token: /^rt_/,
}
const clientToken = { access_token: /^ey/, token_type: 'bearer', expires_in: 900, scope, refresh_token: undefined }

/** The errors as the clients report them, by what their users did. */
const errors = {
  wrongPassword: { error: 'invalid_grant', description: String },
  wrongSecret: { error: 'invalid_client', description: String },
  ungrantedScope: { error: 'invalid_scope', description: String },
  signedOut: { error: 'invalid_grant', description: String },
  codeNeeded: { error: 'mfa_required', description: String },
  usedCode: { error: 'invalid_grant', description: /code is wrong/ },
}

t.test('OAuth clients as their users write them', async (t) => {
  const { app, change, clock, environment: trust } = await listeningOverHttps(t)
  await register(app, 'ada')
  const eve = await signedUp(app, 'eve')
  const { recoveryCodes } = await addDevice(app, clock, eve.access_token)
  const { id, secret } = await registerClient(app, await administrator(app, change), {
    grant_types: ['client_credentials'],
    scope,
    introspection: true,
  })
  const credentials = { USERNAME: 'ada', PASSWORD: secretFor('ada'), CLIENT_ID: id, CLIENT_SECRET: secret }
  /** Each program uses two recovery codes, which do not depend on the time. */
  const codes = recoveryCodes.values()
  const environmentOf = () => ({
    ...trust,
    ...credentials,
    EVE_PASSWORD: secretFor('eve'),
    FIRST_OTP: codes.next().value,
    SECOND_OTP: codes.next().value,
  })

  t.test('simple-oauth2 signs in, also with a code, refreshes, signs out and gets client tokens', async (t) => {
    matchAll(t, await runProgram('simple-oauth2.mjs', environmentOf()), [
      errors.wrongSecret,
      userToken,
      { hasExpired: false, expiresWithinAnHour: true },
      userToken,
      errors.signedOut,
      errors.wrongPassword,
      clientToken,
      errors.ungrantedScope,
      errors.wrongSecret,
      { error: 'mfa_required', error_description: String, factors: ['totp', 'recovery_code'] },
      userToken,
      errors.usedCode,
      userToken,
    ])
  })

  const requestsOauthlib = { requests_oauthlib: 'python3-requests-oauthlib' }
  const requestsOauthlibTitle =
    'requests-oauthlib signs in, also with a code, refreshes by itself and gets tokens for a client'
  inPython(t, requestsOauthlibTitle, requestsOauthlib, async (t, python) => {
    matchAll(t, await runProgram('requests_oauthlib_client.py', environmentOf(), python), [
      { ...userToken, scope: ['account'] },
      { username: 'ada' },
      { username: 'ada', refreshed: 1 },
      { status: 401 },
      { name: 'InvalidGrantError', ...errors.signedOut },
      { name: 'InvalidGrantError', ...errors.wrongPassword },
      { ...clientToken, scope: scope.split(' ') },
      { name: 'InvalidClientError', ...errors.wrongSecret },
      { name: 'CustomOAuth2Error', ...errors.codeNeeded },
      userToken,
      { name: 'InvalidGrantError', ...errors.usedCode },
      { ...userToken, scope: ['account'] },
    ])
  })

  const authlib = { authlib: 'python3-authlib', requests: 'python3-requests' }
  const authlibTitle = 'Authlib discovers the server, uses every grant and endpoint, and verifies access tokens'
  inPython(t, authlibTitle, authlib, async (t, python) => {
    matchAll(t, await runProgram('authlib_client.py', environmentOf(), python), [
      { invalid: /response_types_supported/ },
      userToken,
      { username: 'ada', wasRefreshed: true },
      { preferred_username: 'ada', scope: 'account' },
      clientToken,
      { active: true, username: 'ada' },
      { active: false },
      errors.signedOut,
      errors.wrongPassword,
      errors.wrongSecret,
      errors.codeNeeded,
      userToken,
      errors.usedCode,
      userToken,
    ])
  })
})

/** `t.match` alone ignores surplus values at the end. */
function matchAll(t: Test, printed: unknown[], expected: object[]) {
  t.match(printed, expected)
  t.equal(printed.length, expected.length)
}
