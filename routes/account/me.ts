import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toWire, User } from '../schemas/account.ts'
import { problems } from '../schemas/problem.ts'

export const getAccount: FastifyPluginAsyncTypebox = async (scope) => {
  for (const url of spellings(scope, '/users/me')) {
    scope.route({
      method: 'GET',
      url,
      schema: {
        hide: url.endsWith('/'),
        operationId: 'getAccount',
        summary: 'The account that is signed in',
        description: 'Who the access token belongs to. Its session and its user are looked up at every request.',
        tags: ['Account'],
        response: { 200: { description: 'The account.', content: { 'application/json': { schema: User } } }, ...problems([400, 401, 403]) },
      },
      handler: async (request: FastifyRequest) => toWire(scope.principalOf(request).account),
    })
  }
}

/** With the last slash and without; a host may already take them for one. */
function spellings ({ initialConfig: { ignoreTrailingSlash, routerOptions } }: FastifyInstance, url: string) {
  const areOne = ignoreTrailingSlash === true || routerOptions?.ignoreTrailingSlash === true
  return areOne ? [url] : [url, `${url}/`]
}
