import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'

export interface HeaderOptions {
  publicUrl: string
  /** What HSTS covers. A mounted plugin leaves the header to its host. */
  hsts?: 'this host' | 'this host and its subdomains' | undefined
}

/** Headers of every response that is not a page. Computed once: per request, helmet costs more than the rest. */
export function fixedHeaders({ publicUrl, hsts }: HeaderOptions): Record<string, string> {
  const isSecure = publicUrl.startsWith('https:')
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    // No other site can load or embed a response; CORS decides what it can fetch.
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // On plain http browsers warn about it.
    ...(isSecure ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
    ...(isSecure && hsts !== undefined
      ? { 'strict-transport-security': `max-age=31536000${hsts === 'this host' ? '' : '; includeSubDomains'}` }
      : {}),
  }
}

/** Security headers on every response. */
export default fp<HeaderOptions>(
  async (app, { publicUrl, hsts }) => {
    const headers = fixedHeaders({ publicUrl, hsts })
    app.addHook('onRequest', (_request, reply: FastifyReply, done) => {
      reply.headers(headers)
      done()
    })
  },
  { name: 'latchkey-headers' },
)
