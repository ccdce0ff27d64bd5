import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { toAccountJson } from '../../src/users/index.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { User } from '../schemas/user.ts'

export const getAccount: FastifyPluginAsyncTypebox = async (scope) => {
  for (const url of withTrailingSlash(scope, '/users/me')) {
    scope.route({
      method: 'GET',
      url,
      schema: {
        hide: url.endsWith('/'),
        operationId: 'getAccount',
        summary: 'The account that is signed in',
        description: 'Who the access token belongs to. Its session and its user are looked up at every request.',
        tags: ['Account'],
        response: { 200: jsonResponse(User, 'The account.'), ...problems([401, 403]) },
      },
      handler: async (request) => toAccountJson(scope.authentication.principalOf(request).account),
    })
  }
}

/** @returns the URL and the same with a trailing slash, unless a host already treats both as one */
function withTrailingSlash({ initialConfig: { ignoreTrailingSlash, routerOptions } }: FastifyInstance, url: string) {
  const areOne = ignoreTrailingSlash === true || routerOptions?.ignoreTrailingSlash === true
  return areOne ? [url] : [url, `${url}/`]
}
