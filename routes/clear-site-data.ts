import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Tells the browser after a sign-out to clear the data of this origin that CLEAR_SITE_DATA names (W3C Clear Site Data).
 * Pages of other origins do not get the header: by posting a token of their own, they could clear data of this origin.
 * Pages that sign out without credentials decline it: the browser would ignore the header and report it in the
 * console. Cookies are never cleared, since Latchkey sets none.
 */
export function clearSiteData({ headers, server }: FastifyRequest, reply: FastifyReply) {
  const { 'sec-fetch-site': site = 'none', 'latchkey-clear-site-data': requested } = headers
  const types = clearedTypes[requested === 'off' ? 'off' : (server.config.clearSiteData ?? 'off')]
  if (types !== undefined && (site === 'same-origin' || site === 'none')) reply.header('clear-site-data', types)
}

/** The headers of a response that calls `clearSiteData`, for the OpenAPI document. */
export const clearSiteDataHeaders = {
  'Clear-Site-Data': {
    type: 'string',
    description: 'The data of this origin that the browser clears, by the setting `CLEAR_SITE_DATA`.',
  },
}

const clearedTypes = { off: undefined, cache: '"cache"', storage: '"cache", "storage"' }
