/*
 * The reference for requests: a Fastify route that answers with the same bytes and does nothing else.
 */
import fastify from 'fastify'

export interface Answer { path: string, body: object }

process.once('message', async ({ path, body }: Answer) => {
  const app = fastify()
  app.get(path, { schema: { response: { 200: schemaOf(body) } } }, async () => body)
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
})

function schemaOf (value: unknown): object {
  if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0]) }
  if (typeof value !== 'object' || value === null) return { type: typeof value }
  return { type: 'object', properties: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, schemaOf(member)])) }
}
