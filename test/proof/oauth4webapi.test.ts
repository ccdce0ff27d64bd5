import * as oauth from 'oauth4webapi'
import t from 'tap'
import { administrator, register, registerClient, secretFor, signedUp } from '../support/build.ts'
import { addDevice, mfaGrant } from '../support/factors.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'

/** The only difference from production. */
const options = { [oauth.allowInsecureRequests]: true }

t.test('oauth4webapi discovers the server and uses every grant and endpoint', async (t) => {
  const { app, change, issuer: address } = await listeningAtItsOrigin(t)
  const issuer = new URL(address)
  await register(app, 'ada')
  const admin = await administrator(app, change)
  const billing = await registerClient(app, admin, {
    grant_types: ['client_credentials'],
    scope: 'invoices:write',
    introspection: true,
  })

  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options }),
  )
  const ours = { client_id: 'latchkey' }
  const theirs = { client_id: billing.id }
  const authentications = {
    basic: oauth.ClientSecretBasic(billing.secret),
    form: oauth.ClientSecretPost(billing.secret),
  }

  const validate = (token: string) => {
    const request = new Request('https://api.example.com/posts', { headers: { authorization: `Bearer ${token}` } })
    return oauth.validateJwtAccessToken(server, request, issuer.href, options)
  }
  const introspect = async (token: string, authentication: oauth.ClientAuth) =>
    oauth.processIntrospectionResponse(
      server,
      theirs,
      await oauth.introspectionRequest(server, theirs, authentication, token, options),
    )

  const fields = { username: 'ada', password: secretFor('ada'), scope: 'account' }
  const signedIn = await oauth.processGenericTokenEndpointResponse(
    server,
    ours,
    await oauth.genericTokenEndpointRequest(server, ours, oauth.None(), 'password', fields, options),
  )
  t.match(signedIn, { token_type: 'bearer', expires_in: 900, scope: 'account', refresh_token: /^rt_/ })

  const refreshed = await oauth.processRefreshTokenResponse(
    server,
    ours,
    await oauth.refreshTokenGrantRequest(server, ours, oauth.None(), signedIn.refresh_token ?? '', options),
  )
  t.not(refreshed.refresh_token, signedIn.refresh_token)
  const claims = await validate(refreshed.access_token)
  t.match(claims, { client_id: 'latchkey', scope: 'account', preferred_username: 'ada' })

  for (const [name, authentication] of Object.entries(authentications)) {
    t.match(
      await introspect(refreshed.access_token, authentication),
      { active: true, sub: claims.sub, username: 'ada', iss: address, aud: [address] },
      name,
    )
    const granted = await oauth.processClientCredentialsResponse(
      server,
      theirs,
      await oauth.clientCredentialsGrantRequest(server, theirs, authentication, { scope: 'invoices:write' }, options),
    )
    t.match(
      await validate(granted.access_token),
      { sub: billing.id, client_id: billing.id, scope: 'invoices:write' },
      name,
    )
    t.match(await introspect(granted.access_token, authentication), { active: true, client_id: billing.id }, name)
    t.notOk('refresh_token' in granted, name)
  }

  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, ours, oauth.None(), refreshed.refresh_token ?? '', options),
  )
  for (const authentication of Object.values(authentications)) {
    t.strictSame({ ...(await introspect(refreshed.access_token, authentication)) }, { active: false })
  }
})

t.test('oauth4webapi signs in with a code after the password', async (t) => {
  const { app, clock, issuer: address } = await listeningAtItsOrigin(t)
  const issuer = new URL(address)
  const { recoveryCodes } = await addDevice(app, clock, (await signedUp(app, 'ada')).access_token)
  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options }),
  )
  const ours = { client_id: 'latchkey' }
  const grant = async (type: string, fields: Record<string, string>) =>
    oauth.processGenericTokenEndpointResponse(
      server,
      ours,
      await oauth.genericTokenEndpointRequest(server, ours, oauth.None(), type, fields, options),
    )
  const credentials = { username: 'ada', password: secretFor('ada') }

  const error = await grant('password', credentials).catch((reason: unknown) => reason)
  if (!(error instanceof oauth.ResponseBodyError)) throw error
  t.match(error, { status: 403, error: 'mfa_required', error_description: /second factor/ })
  t.match(error.cause, { factors: ['totp', 'recovery_code'] })
  const [first = '', second = ''] = recoveryCodes
  const continued = await grant(mfaGrant, { mfa_token: String(error.cause.mfa_token), otp: first })
  t.match(continued, { token_type: 'bearer', refresh_token: /^rt_/, device_token: /^dt_/ })
  t.match(await grant('password', { ...credentials, otp: second }), { token_type: 'bearer' })
  await t.rejects(grant('password', { ...credentials, otp: second }), {
    code: oauth.RESPONSE_BODY_ERROR,
    error: 'invalid_grant',
    cause: { code: 'invalid_otp' },
  })
})

t.test('oauth4webapi understands the errors', async (t) => {
  const { app, issuer: address } = await listeningAtItsOrigin(t)
  const issuer = new URL(address)
  await register(app, 'ada')
  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options }),
  )
  const ours = { client_id: 'latchkey' }
  const stranger = { client_id: 'client_nobody' }

  const wrong = await oauth.genericTokenEndpointRequest(
    server,
    ours,
    oauth.None(),
    'password',
    { username: 'ada', password: secretFor('eve') },
    options,
  )
  await t.rejects(oauth.processGenericTokenEndpointResponse(server, ours, wrong), {
    code: oauth.WWW_AUTHENTICATE_CHALLENGE,
  })

  const fabricated = await oauth.refreshTokenGrantRequest(server, ours, oauth.None(), 'rt_made-up', options)
  await t.rejects(oauth.processRefreshTokenResponse(server, ours, fabricated), {
    code: oauth.RESPONSE_BODY_ERROR,
    cause: { error: 'invalid_grant' },
  })

  const unknown = await oauth.introspectionRequest(
    server,
    stranger,
    oauth.ClientSecretBasic(secretFor('nobody')),
    'token',
    options,
  )
  await t.rejects(oauth.processIntrospectionResponse(server, stranger, unknown), {
    code: oauth.WWW_AUTHENTICATE_CHALLENGE,
  })
})
