import * as openid from 'openid-client'
import t from 'tap'
import { administrator, register, registerClient, secretFor } from '../support/build.ts'
import { addDevice, mfaGrant } from '../support/factors.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'

t.test('openid-client discovers the server and uses every grant and endpoint', async (t) => {
  const { app, change, clock, issuer } = await listeningAtItsOrigin(t)
  await register(app, 'ada')
  const admin = await administrator(app, change)
  const billing = await registerClient(app, admin, {
    grant_types: ['client_credentials'],
    scope: 'invoices:write',
    introspection: true,
  })

  // Plain http on loopback is the only difference from production.
  const discover = (id: string, authentication: openid.ClientAuth) =>
    openid.discovery(new URL(issuer), id, undefined, authentication, {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })
  const ours = await discover('latchkey', openid.None())
  const theirs = await discover(billing.id, openid.ClientSecretBasic(billing.secret))

  const signedIn = await openid.genericGrantRequest(ours, 'password', { username: 'ada', password: secretFor('ada') })
  t.match(signedIn, { token_type: 'bearer', expires_in: 900, scope: 'account', refresh_token: /^rt_/ })

  const refreshed = await openid.refreshTokenGrant(ours, signedIn.refresh_token ?? '')
  t.match(await openid.tokenIntrospection(theirs, refreshed.access_token), {
    active: true,
    username: 'ada',
    client_id: 'latchkey',
    iss: issuer,
  })

  const granted = await openid.clientCredentialsGrant(theirs, { scope: 'invoices:write' })
  t.match(await openid.tokenIntrospection(theirs, granted.access_token), {
    active: true,
    sub: billing.id,
    scope: 'invoices:write',
  })

  const { recoveryCodes } = await addDevice(app, clock, signedIn.access_token)
  const credentials = { username: 'ada', password: secretFor('ada') }
  const error = await openid.genericGrantRequest(ours, 'password', credentials).catch((reason: unknown) => reason)
  if (!(error instanceof openid.ResponseBodyError)) throw error
  t.match(error, { status: 403, error: 'mfa_required', cause: { factors: ['totp', 'recovery_code'] } })
  const proof = { mfa_token: String(error.cause.mfa_token), otp: recoveryCodes[0] ?? '' }
  t.match(await openid.genericGrantRequest(ours, mfaGrant, proof), { token_type: 'bearer', scope: 'account' })

  await openid.tokenRevocation(ours, refreshed.refresh_token ?? '')
  t.strictSame({ ...(await openid.tokenIntrospection(theirs, refreshed.access_token)) }, { active: false })
  await t.rejects(openid.refreshTokenGrant(ours, refreshed.refresh_token ?? ''), {
    code: 'OAUTH_RESPONSE_BODY_ERROR',
    cause: { error: 'invalid_grant' },
  })
})
