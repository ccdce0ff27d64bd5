// @lane clients
import t from 'tap'
import { administrator, register, registerClient, secretFor } from '../support/build.ts'
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

/** The errors as users see them, by what they did. */
const errors = {
  wrongPassword: { error: 'invalid_grant', description: 'Incorrect username or password' },
  wrongSecret: { error: 'invalid_client', description: /client is unknown or its secret is wrong/ },
  ungrantedScope: { error: 'invalid_scope', description: /others:write/ },
  signedOut: { error: 'invalid_grant', description: /Sign in again/ },
}

t.test('OAuth clients as their users write them', async (t) => {
  const { app, change, environment: trust } = await listeningOverHttps(t)
  await register(app, 'ada')
  const { id, secret } = await registerClient(app, await administrator(app, change), {
    grant_types: ['client_credentials'],
    scope,
    introspection: true,
  })
  const credentials = { USERNAME: 'ada', PASSWORD: secretFor('ada'), CLIENT_ID: id, CLIENT_SECRET: secret }
  const environment = { ...trust, ...credentials }

  t.test('simple-oauth2 signs in, refreshes, signs out and gets tokens for a client', async (t) => {
    t.match(await runProgram('simple-oauth2.mjs', environment), [
      userToken,
      { hasExpired: false, expiresWithinAnHour: true },
      userToken,
      errors.signedOut,
      errors.wrongPassword,
      clientToken,
      errors.ungrantedScope,
      errors.wrongSecret,
    ])
  })

  const requestsOauthlib = { requests_oauthlib: 'python3-requests-oauthlib' }
  const requestsOauthlibTitle = 'requests-oauthlib signs in, refreshes by itself and gets tokens for a client'
  inPython(t, requestsOauthlibTitle, requestsOauthlib, async (t, python) => {
    t.match(await runProgram('requests_oauthlib_client.py', environment, python), [
      { ...userToken, scope: ['account'] },
      { username: 'ada' },
      { username: 'ada', refreshed: 1 },
      { status: 401 },
      { name: 'InvalidGrantError', ...errors.signedOut },
      { name: 'InvalidGrantError', ...errors.wrongPassword },
      { ...clientToken, scope: scope.split(' ') },
      { name: 'InvalidClientError', ...errors.wrongSecret },
    ])
  })

  const authlib = { authlib: 'python3-authlib', requests: 'python3-requests' }
  const authlibTitle = 'Authlib discovers the server, uses every grant and endpoint, and verifies access tokens'
  inPython(t, authlibTitle, authlib, async (t, python) => {
    t.match(await runProgram('authlib_client.py', environment, python), [
      userToken,
      { username: 'ada', wasRefreshed: true },
      { preferred_username: 'ada', scope: 'account' },
      clientToken,
      { active: true, username: 'ada' },
      { active: false },
      errors.signedOut,
      errors.wrongPassword,
      errors.wrongSecret,
    ])
  })
})
