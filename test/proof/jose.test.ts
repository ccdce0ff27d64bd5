import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { signedUp, signIn, type TokenResponse } from '../support/build.ts'
import { addDevice } from '../support/factors.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'

const audience = 'https://api.example.com/posts'

t.test('jose reads from a token when and how the user authenticated', async (t) => {
  const { app, clock, issuer } = await listeningAtItsOrigin(t)
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks.json`))
  const claimsOf = async (token: string) => {
    const options = { typ: 'at+jwt', issuer, audience: issuer, requiredClaims: ['auth_time', 'acr', 'amr'] }
    return (await jwtVerify(token, keys, options)).payload
  }
  const { access_token: token } = await signedUp(app, 'ada')
  const now = Math.floor(clock.now() / 1000)
  t.match(await claimsOf(token), { auth_time: now, acr: 'aal1', amr: ['pwd'] })
  const { recoveryCodes } = await addDevice(app, clock, token)
  const { access_token: strong } = (await signIn(app, 'ada', { otp: recoveryCodes[0] ?? '' })).json<TokenResponse>()
  t.match(await claimsOf(strong), { auth_time: now, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
})

for (const alg of ['ES256', 'EdDSA', 'PS256', 'RS256']) {
  t.test(`jose verifies access tokens with the published keys and rejects altered ones (${alg})`, async (t) => {
    const { app, issuer } = await listeningAtItsOrigin(t, { ALGORITHM: alg, AUDIENCE: audience })
    const { access_token: token } = await signedUp(app, 'ada')
    t.equal(decodeProtectedHeader(token).alg, alg)

    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks.json`))
    for (const expected of [issuer, audience]) {
      const { payload } = await jwtVerify(token, keys, { typ: 'at+jwt', issuer, audience: expected })
      t.match(payload, { preferred_username: 'ada', scope: 'account' })
    }

    const [header, payload, signature] = token.split('.')
    const other = (await signedUp(app, 'grace')).access_token.split('.')
    await t.rejects(jwtVerify([header, other[1], signature].join('.'), keys), {
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
    await t.rejects(jwtVerify([header, payload, other[2]].join('.'), keys), {
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
    await t.rejects(jwtVerify(token, keys, { audience: 'https://api.example.com/others' }), {
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    })
  })
}
