import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { describeClient } from '../../src/tokens/index.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { beyondClient, clientExample, clientFields, GrantTypes, Introspection } from './client.ts'

const NewClient = Type.Object(
  {
    client_name: Type.String({ format: 'text', minLength: 1, maxLength: 128, description: 'For people.' }),
    grant_types: Type.Optional(GrantTypes),
    scope: Type.Optional(
      Type.String({
        format: 'text',
        maxLength: 1024,
        description:
          'What its own tokens may carry, separated by spaces. Administration scopes only as far as one has ' +
          'them oneself, and never `account`.',
      }),
    ),
    introspection: Type.Optional(Introspection),
  },
  {
    $id: 'NewClient',
    additionalProperties: false,
    description: 'A client that is to be registered: for the client credentials grant, for introspection, or both.',
    examples: [
      { client_name: 'Billing', grant_types: ['client_credentials'], scope: 'invoices:write', introspection: true },
    ],
  },
)

const ClientWithSecret = Type.Object(
  {
    ...clientFields,
    client_secret: Type.String({ description: 'Shown this once; only its hash is kept.' }),
  },
  {
    $id: 'ClientWithSecret',
    description: 'A confidential client that has just been registered.',
    examples: [{ ...clientExample, client_secret: 'cs_4Zb0x8hD5m3cQyK1sVtJwR7pLfN2aGeUuXoIi9HkB6E' }],
  },
)

export const createClient: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/clients',
    schema: {
      operationId: 'createClient',
      summary: 'Register a client',
      description:
        'A service that gets tokens for itself (RFC 6749 4.4), introspects those of others (RFC 7662), or ' +
        'both. Its secret is in this answer and nowhere else.',
      tags: ['Administration'],
      body: NewClient,
      response: {
        201: jsonResponse(ClientWithSecret, 'It is registered.'),
        ...problems([401, 413, 415], { 403: beyondClient }),
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
