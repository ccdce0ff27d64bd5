import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { apiScopes } from '../../plugins/security-schemes.ts'
import { metadataOf } from '../../src/tokens/index.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { grantTypes } from '../tokens/grants/index.ts'

const StringList = (description: string) => Type.Array(Type.String(), { description })
const Url = (description: string) => Type.String({ format: 'uri', description })

/** RFC 8414 2. */
const Metadata = Type.Object(
  {
    issuer: Url('The `iss` of access tokens.'),
    token_endpoint: Url('Sign in, refresh.'),
    jwks_uri: Type.Optional(Url('The public keys. Not there under HS256.')),
    scopes_supported: StringList('The scopes of this API; the operator may have more.'),
    response_types_supported: StringList('None: there is no authorization endpoint.'),
    grant_types_supported: StringList('What `grant_type` may be.'),
    token_endpoint_auth_methods_supported: StringList('How clients authenticate there.'),
    revocation_endpoint: Url('Sign out (RFC 7009).'),
    revocation_endpoint_auth_methods_supported: StringList('How clients authenticate there.'),
    introspection_endpoint: Url('What a token is worth (RFC 7662).'),
    introspection_endpoint_auth_methods_supported: StringList('How clients authenticate there.'),
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

interface Options {
  /** At the root of the origin the path of the issuer comes last (RFC 8414 3). */
  issuerPath?: string
}

export const getMetadata: FastifyPluginAsyncTypebox<Options> = async (scope, { issuerPath = '' }) => {
  const metadata = metadataOf(scope.config, apiScopes, grantTypes)

  scope.route({
    method: 'GET',
    url: `/.well-known/oauth-authorization-server${issuerPath}`,
    schema: {
      operationId: 'getMetadata',
      summary: 'What this authorization server can do',
      description: 'Authorization server metadata (RFC 8414), from which OAuth 2.0 libraries configure themselves.',
      tags: ['Discovery'],
      security: [],
      response: { 200: jsonResponse(Metadata, 'The metadata.'), ...problems([]) },
    },
    handler: async (_request, reply) => reply.header('cache-control', 'public, max-age=600').send(metadata),
  })
}
