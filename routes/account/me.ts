import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AccountChange, toWire, User } from '../schemas/account.ts'
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
        response: {
          200: { description: 'The account.', content: { 'application/json': { schema: User } } },
          ...problems([400, 401, 403]),
        },
      },
      handler: async (request: FastifyRequest) => toWire(scope.authentication.principalOf(request).account),
    })
  }
}

export const changeAccount: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'PATCH',
    url: '/users/me',
    schema: {
      operationId: 'changeAccount',
      summary: 'Change one’s name or e-mail address',
      description:
        'Another e-mail address needs the password. It gets a mail with a link and a code; a former address that was verified stays in use until the new one is, and is told. `pending_email` is what waits.',
      tags: ['Account'],
      body: AccountChange,
      response: {
        200: { description: 'The account as it is now.', content: { 'application/json': { schema: User } } },
        ...problems([400, 401, 403, 413, 415, 429], {
          400: {
            description: 'The request is not valid (`invalid_request`), or the password is wrong (`wrong_password`).',
            code: 'wrong_password',
            detail: 'The password is wrong.',
            errors: [{ path: '/current_password', message: 'is wrong' }],
          },
        }),
      },
    },
    handler: async (request) =>
      toWire(
        await scope.accounts.changeAccount(
          scope.authentication.principalOf(request).account,
          request.body,
          scope.originOf(request),
        ),
      ),
  })
}

/** With the last slash and without; a host may already take them for one. */
function spellings({ initialConfig: { ignoreTrailingSlash, routerOptions } }: FastifyInstance, url: string) {
  const areOne = ignoreTrailingSlash === true || routerOptions?.ignoreTrailingSlash === true
  return areOne ? [url] : [url, `${url}/`]
}
