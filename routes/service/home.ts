import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

/** `/` redirects to the documentation page. */
export const home: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/',
    schema: { hide: true },
    handler: async (_request, reply) => reply.redirect('./docs/'),
  })
}
