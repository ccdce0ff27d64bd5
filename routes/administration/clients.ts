import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { describeClient } from '../../src/tokens/index.ts'
import { Clients, ClientWithSecret, NewClient } from '../schemas/clients.ts'
import { Nothing } from '../schemas/nothing.ts'
import { type Meaning, problems } from '../schemas/problem.ts'

export const clientRoutes: FastifyPluginAsyncTypebox = async (scope) => {
  const beyond: Meaning = {
    description: 'The access token lacks a scope that is needed, here or by the client.',
    code: 'insufficient_scope',
    detail: 'The client has administration scopes that the access token lacks.',
  }

  scope.route({
    method: 'GET',
    url: '/clients',
    schema: {
      operationId: 'listClients',
      summary: 'The clients that are registered',
      description: 'Without their secrets, which nobody knows but they.',
      tags: ['Administration'],
      response: {
        200: { description: 'The clients.', content: { 'application/json': { schema: Clients } } },
        ...problems([400, 401, 403]),
      },
    },
    handler: async () => ({ clients: (await scope.tokens.clients.list()).map(describeClient) }),
  })

  scope.route({
    method: 'POST',
    url: '/clients',
    schema: {
      operationId: 'createClient',
      summary: 'Register a client',
      description:
        'A service that gets tokens for itself (RFC 6749 4.4), introspects those of others (RFC 7662), or both. Its secret is in this answer and nowhere else.',
      tags: ['Administration'],
      body: NewClient,
      response: {
        201: { description: 'It is registered.', content: { 'application/json': { schema: ClientWithSecret } } },
        ...problems([400, 401, 403, 413, 415], { 403: beyond }),
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

  scope.route({
    method: 'DELETE',
    url: '/clients/:client_id',
    schema: {
      operationId: 'deleteClient',
      summary: 'Remove a client',
      description: 'Its secret and its tokens are refused from the next request on.',
      tags: ['Administration'],
      params: Type.Object({ client_id: Type.String({ format: 'text', maxLength: 64, description: 'The client’s.' }) }),
      response: {
        204: Nothing('It is gone.'),
        ...problems([400, 401, 403, 404], {
          403: beyond,
          404: { description: 'There is no such client.', code: 'not_found', detail: 'There is no such client.' },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.tokens.clients.remove(request.params.client_id, scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
