import cors from '@fastify/cors'
import fp from 'fastify-plugin'

interface Options {
  /** Origins whose pages may read responses. */
  origins: string[]
}

const exposedHeaders = ['location', 'retry-after', 'www-authenticate']

/** Chromium remembers a preflight for two hours at most. */
const maxAgeSeconds = 7200

/** Cross-origin requests of pages, with their preflights. */
export default fp<Options>(
  async (app, { origins }) => {
    if (origins.length === 0) return
    await app.register(cors, {
      origin: origins,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      exposedHeaders,
      maxAge: maxAgeSeconds,
    })
  },
  { name: 'latchkey-cors' },
)

/**
 * Headers of a response that is sent before a route is found, and so before the plugin sees the request.
 * @param origin the Origin header of the request
 */
export function corsHeaders({ origins }: Options, origin: string | undefined): Record<string, string> {
  if (origins.length === 0) return {}
  if (origin === undefined || !origins.includes(origin)) return { vary: 'Origin' }
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders.join(', '),
  }
}
