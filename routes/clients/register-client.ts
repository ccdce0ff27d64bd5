import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { describeClient } from '../../src/tokens/index.ts'
import { administratorNotRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { beyondClient, clientExample, clientFields, GrantTypes, Introspection } from './client.ts'

const NewClient = Type.Object(
  {
    client_name: Type.String({ minLength: 1, maxLength: 128, description: 'A display name.' }),
    grant_types: Type.Optional(GrantTypes),
    scope: Type.Optional(
      Type.String({
        maxLength: 1024,
        description:
          'The scopes that the client’s own tokens may contain, separated by spaces: administration scopes that you ' +
          'have yourself, and scopes that the operator defines, but never `account`.',
      }),
    ),
    introspection: Type.Optional(Introspection),
  },
  {
    $id: 'NewClient',
    additionalProperties: false,
    description: 'The client to register: for the client credentials grant, for introspection, or for both.',
    examples: [
      { client_name: 'Billing', grant_types: ['client_credentials'], scope: 'invoices:write', introspection: true },
    ],
  },
)

const ClientWithSecret = Type.Object(
  {
    ...clientFields,
    client_secret: Type.String({ description: 'The secret. It is shown only once, since only its hash is stored.' }),
  },
  {
    $id: 'ClientWithSecret',
    description: 'The registered client, with its secret.',
    examples: [{ ...clientExample, client_secret: 'cs_4Zb0x8hD5m3cQyK1sVtJwR7pLfN2aGeUuXoIi9HkB6E' }],
  },
)

export const registerClient: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/clients',
    schema: {
      operationId: 'registerClient',
      summary: 'Register a client',
      description:
        'Registers a service that requests access tokens for itself (RFC 6749 4.4), introspects access tokens (RFC ' +
        '7662), or both. Store the secret now: no other response contains it.',
      tags: ['Administration'],
      body: NewClient,
      response: {
        201: jsonResponse(ClientWithSecret, 'The client was registered.'),
        ...problems([413, 415], {
          401: administratorNotRecent,
          403: beyondClient,
        }),
      },
    },
    handler: async (request, reply) => {
      const { client_name: name, grant_types: grantTypes = [], scope: asked = '', introspection = false } = request.body
      const { client, secret } = await scope.tokens.clients.create(
        { name, scope: asked, client_credentials: grantTypes.includes('client_credentials'), introspection },
        scope.callerOf(request),
      )
      return reply.code(201).send({ ...describeClient(client), client_secret: secret })
    },
  })
}
