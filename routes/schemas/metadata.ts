import { Type } from '@sinclair/typebox'
import { grantTypes } from '../tokens/grants/index.ts'

const Words = (description: string) => Type.Array(Type.String(), { description })
const Address = (description: string) => Type.String({ format: 'uri', description })

/** RFC 8414 2. */
export const Metadata = Type.Object(
  {
    issuer: Address('The `iss` of access tokens.'),
    token_endpoint: Address('Sign in, refresh.'),
    jwks_uri: Type.Optional(Address('The public keys. Not there under HS256.')),
    scopes_supported: Words('The scopes of this API; the operator may have more.'),
    response_types_supported: Words('None: there is no authorization endpoint.'),
    grant_types_supported: Words('What `grant_type` may be.'),
    token_endpoint_auth_methods_supported: Words('How clients authenticate there.'),
    revocation_endpoint: Address('Sign out (RFC 7009).'),
    revocation_endpoint_auth_methods_supported: Words('How clients authenticate there.'),
    introspection_endpoint: Address('What a token is worth (RFC 7662).'),
    introspection_endpoint_auth_methods_supported: Words('How clients authenticate there.'),
  },
  {
    $id: 'Metadata',
    description: 'Authorization server metadata (RFC 8414).',
    examples: [
      {
        issuer: 'https://api.example.com/auth',
        token_endpoint: 'https://api.example.com/auth/token',
        jwks_uri: 'https://api.example.com/auth/jwks.json',
        scopes_supported: ['account', 'clients:write', 'keys:write'],
        response_types_supported: [],
        grant_types_supported: grantTypes,
        token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        revocation_endpoint: 'https://api.example.com/auth/revoke',
        revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        introspection_endpoint: 'https://api.example.com/auth/introspect',
        introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      },
    ],
  },
)
