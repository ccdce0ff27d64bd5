import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * After a sign-out the browser forgets what CLEAR_SITE_DATA says of this origin (W3C Clear Site Data). Other origins
 * store elsewhere, and could delete it here by posting a token of their own: they do not get the header. Cookies
 * are not ours and stay.
 */
export function clearSiteData({ headers, server }: FastifyRequest, reply: FastifyReply) {
  const { 'sec-fetch-site': site = 'none' } = headers
  const types = clearedTypes[server.config.clearSiteData ?? 'off']
  if (types !== undefined && (site === 'same-origin' || site === 'none')) reply.header('clear-site-data', types)
}

const clearedTypes = { off: undefined, cache: '"cache"', storage: '"cache", "storage"' }
