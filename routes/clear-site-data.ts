import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * After a sign-out the browser deletes what the app has stored on this origin (W3C Clear Site Data). Other origins
 * store elsewhere, and could delete it here by posting a token of their own: they do not get the header. Cookies
 * are not ours and stay.
 */
export function clearSiteData({ headers }: FastifyRequest, reply: FastifyReply) {
  const { 'sec-fetch-site': site = 'none' } = headers
  if (site === 'same-origin' || site === 'none') reply.header('clear-site-data', '"cache", "storage"')
}
