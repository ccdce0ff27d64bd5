import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'

export interface HeaderOptions {
  publicUrl: string
  /** What HSTS covers. Undefined for a mounted plugin, which leaves the header to its host. */
  hsts?: 'this host' | 'this host and its subdomains' | undefined
}

/**
 * The headers of every response that is not a page. They are computed once, since running helmet for each request would
 * take more time than everything else.
 */
export function fixedHeaders({ publicUrl, hsts }: HeaderOptions): Record<string, string> {
  const isSecure = publicUrl.startsWith('https:')
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    // No other site can load or embed a response. CORS decides which responses it can fetch.
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // Over plain HTTP, browsers ignore this header with a warning.
    ...(isSecure ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
    ...(isSecure && hsts !== undefined
      ? { 'strict-transport-security': `max-age=31536000${hsts === 'this host' ? '' : '; includeSubDomains'}` }
      : {}),
  }
}

/** Adds security headers to every response. */
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
