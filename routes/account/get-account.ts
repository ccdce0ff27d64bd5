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
        summary: 'Get your account',
        description:
          'Returns the user that the access token belongs to. A token whose session has ended is rejected, and so is ' +
          'a token of a disabled user.',
        tags: ['Account'],
        response: { 200: jsonResponse(User, 'The account.'), ...problems([401, 403]) },
      },
      handler: async (request) => toAccountJson(scope.authentication.principalOf(request).account),
    })
  }
}

/** @returns the URL with and without a trailing slash, unless the host treats both as the same URL */
function withTrailingSlash({ initialConfig: { ignoreTrailingSlash, routerOptions } }: FastifyInstance, url: string) {
  const areOne = ignoreTrailingSlash === true || routerOptions?.ignoreTrailingSlash === true
  return areOne ? [url] : [url, `${url}/`]
}
