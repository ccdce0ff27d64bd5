/*
 * The reference for requests: a Fastify route that answers with the same bytes and does nothing else.
 */
import fastify from 'fastify'

process.once('message', async (body: object) => {
  const app = fastify()
  app.get('/auth/users/me', {
    schema: {
      response: {
        200: {
          type: 'object',
          properties: Object.fromEntries(Object.entries(body).map(([name, value]) => [name, { type: typeof value }])),
        },
      },
    },
  }, async () => body)
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
})
