import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'

/** Headers of every response that is not a page. Computed once: per request, helmet costs more than the rest. */
export function fixedHeaders(publicUrl: string): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    // No other site can load or embed a response; CORS decides what it can fetch.
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // On plain http browsers warn about the first.
    ...(publicUrl.startsWith('https:')
      ? {
          'cross-origin-opener-policy': 'same-origin',
          'strict-transport-security': 'max-age=31536000; includeSubDomains',
        }
      : {}),
  }
}

/** Security headers on every response. */
export default fp<{ publicUrl: string }>(
  async (app, { publicUrl }) => {
    const headers = fixedHeaders(publicUrl)
    app.addHook('onRequest', (_request, reply: FastifyReply, done) => {
      reply.headers(headers)
      done()
    })
  },
  { name: 'latchkey-headers' },
)
