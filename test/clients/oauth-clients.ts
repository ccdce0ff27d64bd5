/*
 * The OAuth clients and token verifiers that are tested against Latchkey, for a table of docs/reference/clients.md:
 * `oauth.test.ts` and `verifiers.test.ts` in this folder, and those in `test/proof/`.
 */

interface OauthClient {
  name: string
  /** What it is tested for. */
  use: string
  /** What its user must know, in Markdown. */
  remark: string
  /** For those in `verifiers.test.ts`, which proves it. */
  verifier?: Verifier
}

export interface Verifier {
  /** Whether it verifies scopes. */
  hasScopes: boolean
  /** Whether it rejects tokens whose type is not at+jwt. */
  checksType: boolean
  /** The values of `ALGORITHM` that it does not support. */
  unsupported: ('EdDSA' | 'PS256')[]
}

const allGrants = 'discovery, sign-in with a second factor, refresh, sign-out, client credentials, introspection'

export const oauthClients: OauthClient[] = [
  {
    name: 'oauth4webapi',
    use: `${allGrants}, verification`,
    remark:
      'Sign in with `genericTokenEndpointRequest`. A wrong password is a `WWWAuthenticateChallengeError`: ' +
      '`error_description` is in the body of its `response`. `mfa_required` is a `ResponseBodyError` with the ' +
      '`mfa_token` in its `cause`.',
  },
  {
    name: 'openid-client',
    use: allGrants,
    remark:
      "Pass `algorithm: 'oauth2'` to `discovery`, and sign in with `genericGrantRequest`. The `mfa_token` of " +
      '`mfa_required` is in the `cause` of the error.',
  },
  {
    name: 'simple-oauth2',
    use: 'sign-in with a second factor, refresh, sign-out, client credentials',
    remark:
      "Sign in with `client: { id: 'latchkey', secret: '' }`: without `secret`, it sends the secret `undefined`, " +
      'which is rejected. `error_description` and `mfa_token` are in `error.data.payload`; continue with ' +
      '`getToken({ grant_type, mfa_token, otp })`.',
  },
  {
    name: 'requests-oauthlib (Python)',
    use: 'sign-in with a second factor, automatic refresh, client credentials',
    remark:
      'Store the new tokens in `token_updater`, because each refresh token works once. Errors lack the `mfa_token`: ' +
      'pass `otp` to `fetch_token`, or read it in a hook for `access_token_response`.',
  },
  {
    name: 'Authlib (Python)',
    use: `${allGrants}, verification`,
    remark:
      '`AuthorizationServerMetadata.validate()` rejects the empty `response_types_supported`: call ' +
      '`validate_issuer()` and `validate_token_endpoint()`. Store the new tokens in `update_token`. ' +
      'Errors lack the `mfa_token`: pass `otp` to `fetch_token`, or read it in a hook for `access_token_response`.',
  },
  {
    name: 'express-oauth2-jwt-bearer',
    use: 'discovery, verification, scopes',
    verifier: { hasScopes: true, checksType: true, unsupported: [] },
    remark:
      'Pass `strict: true` to check `typ`. By its documentation, it fetches the keys at most every 30 seconds ' +
      '(`cooldownDuration`), which matters only after `latchkey keys rotate --now`.',
  },
  {
    name: 'jsonwebtoken with jwks-rsa',
    use: 'verification',
    verifier: { hasScopes: false, checksType: false, unsupported: ['EdDSA'] },
    remark:
      'By the documentation of jwks-rsa, it fetches the keys at most ten times a minute with `rateLimit`, unknown ' +
      'keys included.',
  },
  {
    name: 'passport-jwt with jwks-rsa',
    use: 'verification',
    verifier: { hasScopes: false, checksType: false, unsupported: ['EdDSA'] },
    remark: 'It is based on jsonwebtoken.',
  },
  {
    name: 'aws-jwt-verify',
    use: 'verification, scopes',
    verifier: { hasScopes: true, checksType: false, unsupported: ['PS256'] },
    remark:
      'Pass `jwksUri`, which must be https. By its documentation, it fetches no keys for ten seconds after a token ' +
      'with an unknown key.',
  },
  {
    name: '@fastify/jwt with get-jwks',
    use: 'verification',
    verifier: { hasScopes: false, checksType: false, unsupported: ['EdDSA'] },
    remark:
      "Pass `jwksPath: '/jwks.json'`. Tokens of other issuers or with an unknown key are answered with 500, unless " +
      '`secret` sets `statusCode` of the error to 401.',
  },
  {
    name: 'jose',
    use: 'verification',
    remark: 'By its documentation, it fetches the keys at most every 30 seconds (`cooldownDuration`).',
  },
  {
    name: 'PyJWT (Python)',
    use: 'verification',
    remark: 'Pass `audience` and `issuer`. Without `audience`, it rejects every token.',
  },
]
