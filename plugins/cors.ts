import cors from '@fastify/cors'
import fp from 'fastify-plugin'

interface Options {
  /** The origins whose pages may read responses. */
  origins: string[]
}

const exposedHeaders = ['location', 'retry-after', 'www-authenticate']

/** Chromium caches a preflight for at most two hours. */
const maxAgeSeconds = 7200

/** Allows cross-origin requests from pages, and answers their preflights. */
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
 * The CORS headers of a response that is sent before routing, for which the plugin's hooks do not run.
 * @param origin the `Origin` header of the request
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
