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
    token_endpoint: Url('Where to sign in and refresh.'),
    jwks_uri: Type.Optional(Url('The public keys. Absent with `ALGORITHM=HS256`.')),
    scopes_supported: StringList('The scopes of this API. The operator can define more.'),
    response_types_supported: StringList('Empty, since there is no authorization endpoint.'),
    grant_types_supported: StringList('The supported values of `grant_type`.'),
    acr_values_supported: StringList('The values of `acr` in access tokens (RFC 9470 7), weakest first.'),
    token_endpoint_auth_methods_supported: StringList('How clients authenticate at the token endpoint.'),
    revocation_endpoint: Url('Where to sign out (RFC 7009).'),
    revocation_endpoint_auth_methods_supported: StringList('How clients authenticate at the revocation endpoint.'),
    introspection_endpoint: Url('Where to check access tokens (RFC 7662).'),
    introspection_endpoint_auth_methods_supported: StringList(
      'How clients authenticate at the introspection endpoint.',
    ),
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
        acr_values_supported: ['aal1', 'aal2'],
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
  /** The path of the issuer, which RFC 8414 3 appends to the URL at the root of the origin. */
  issuerPath?: string
}

export const getMetadata: FastifyPluginAsyncTypebox<Options> = async (scope, { issuerPath = '' }) => {
  const metadata = metadataOf(scope.config, apiScopes, grantTypes)

  scope.route({
    method: 'GET',
    url: `/.well-known/oauth-authorization-server${issuerPath}`,
    schema: {
      operationId: 'getMetadata',
      summary: 'Get the metadata of the authorization server',
      description: 'Returns the URLs and features that OAuth 2.0 libraries use to configure themselves (RFC 8414).',
      tags: ['Token verification'],
      security: [],
      response: { 200: jsonResponse(Metadata, 'The metadata.'), ...problems([]) },
    },
    handler: async (_request, reply) => reply.header('cache-control', 'public, max-age=600').send(metadata),
  })
}
