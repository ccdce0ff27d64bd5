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
}

const allGrants = 'discovery, sign-in, refresh, sign-out, client credentials, introspection'

export const oauthClients: OauthClient[] = [
  {
    name: 'oauth4webapi',
    use: `${allGrants}, verification`,
    remark:
      'Sign in with `genericTokenEndpointRequest`. A wrong password is a `WWWAuthenticateChallengeError`: ' +
      '`error_description` is in the body of its `response`.',
  },
  {
    name: 'openid-client',
    use: allGrants,
    remark: "Pass `algorithm: 'oauth2'` to `discovery`, and sign in with `genericGrantRequest`.",
  },
  {
    name: 'simple-oauth2',
    use: 'sign-in, refresh, sign-out, client credentials',
    remark:
      "Sign in with `client: { id: 'latchkey', secret: '' }`: without `secret`, it sends the secret `undefined`. " +
      '`error_description` is in `error.data.payload`.',
  },
  {
    name: 'requests-oauthlib (Python)',
    use: 'sign-in, automatic refresh, client credentials',
    remark: 'Store the new tokens in `token_updater`, because each refresh token works once.',
  },
  {
    name: 'Authlib (Python)',
    use: `${allGrants}, verification`,
    remark:
      '`AuthorizationServerMetadata.validate()` rejects the empty `response_types_supported`: call ' +
      '`validate_issuer()` and `validate_token_endpoint()`. Store the new tokens in `update_token`.',
  },
  {
    name: 'express-oauth2-jwt-bearer',
    use: 'discovery, verification, scopes',
    remark:
      'Pass `strict: true` to check `typ`. It fetches the keys at most every 30 seconds (`cooldownDuration`), which ' +
      'matters only after `latchkey keys rotate --now`.',
  },
  {
    name: 'jsonwebtoken with jwks-rsa',
    use: 'verification',
    remark:
      'EdDSA is not supported, and `typ` is not checked. With `rateLimit`, jwks-rsa fetches the keys at most ten ' +
      'times a minute, unknown keys included.',
  },
  {
    name: 'passport-jwt with jwks-rsa',
    use: 'verification',
    remark: 'As with jsonwebtoken, on which it is based.',
  },
  {
    name: 'aws-jwt-verify',
    use: 'verification, scopes',
    remark:
      'Pass `jwksUri`, which must be https. PS256 is not supported, and `typ` is not checked. After a token with an ' +
      'unknown key, it fetches no keys for ten seconds.',
  },
  {
    name: '@fastify/jwt with get-jwks',
    use: 'verification',
    remark:
      "Pass `jwksPath: '/jwks.json'`. EdDSA is not supported, and `typ` is not checked. Tokens of other issuers or " +
      'with an unknown key are answered with 500, unless `secret` sets `statusCode` of the error to 401.',
  },
  {
    name: 'jose',
    use: 'verification',
    remark: 'It fetches the keys at most every 30 seconds (`cooldownDuration`), as express-oauth2-jwt-bearer does.',
  },
  {
    name: 'PyJWT (Python)',
    use: 'verification',
    remark: 'Pass `audience` and `issuer`. Without `audience`, it rejects every token.',
  },
]
