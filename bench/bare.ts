/* The reference for requests: a Fastify route that responds with the same bytes and does nothing else. */
import fastify from 'fastify'

export interface Answer {
  path: string
  body: object
}

process.once('message', async ({ path, body }: Answer) => {
  const app = fastify()
  app.get(path, { schema: { response: { 200: schemaOf(body) } } }, async () => body)
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
})

function schemaOf(value: unknown): object {
  // An empty list does not reveal the type of its items: a user's scopes are strings.
  if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0] ?? '') }
  // A null value may also be a string, as in the schema of a user.
  if (value === null) return { type: ['string', 'null'] }
  if (typeof value !== 'object') return { type: typeof value }
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(value).map(([name, property]) => [name, schemaOf(property)])),
  }
}
