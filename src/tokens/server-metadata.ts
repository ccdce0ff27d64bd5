import { assuranceLevels } from '../authorization/index.ts'
import type { Config } from '../config/index.ts'

/** Authorization server metadata (RFC 8414 2). */
export function metadataOf({ algorithm, issuer }: Config, scopes: string[], grantTypes: string[]) {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    // A shared secret must not be published.
    ...(algorithm === 'HS256' ? {} : { jwks_uri: `${issuer}/jwks.json` }),
    scopes_supported: scopes,
    // Empty, since there is no authorization endpoint.
    response_types_supported: [],
    grant_types_supported: grantTypes,
    acr_values_supported: [...assuranceLevels],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    revocation_endpoint: `${issuer}/revoke`,
    revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    introspection_endpoint: `${issuer}/introspect`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  }
}
