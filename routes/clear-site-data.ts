import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * After a sign-out: the browser forgets what the app has kept on this origin (W3C Clear Site Data).
 * Pages of other origins keep theirs elsewhere, and could have it wiped here by posting a token of
 * their own, so they are not answered with it. Cookies are none of ours, and stay.
 */
export function clearSiteData({ headers }: FastifyRequest, reply: FastifyReply) {
  const { 'sec-fetch-site': site = 'none' } = headers
  if (site === 'same-origin' || site === 'none') reply.header('clear-site-data', '"cache", "storage"')
}
