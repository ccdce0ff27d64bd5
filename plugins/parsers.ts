import formbody from '@fastify/formbody'
import fp from 'fastify-plugin'

/** Bytes; no request of ours comes near it. */
export const bodyLimit = 16 * 1024

/** JSON and forms, whatever a host parses and however. */
export default fp(async (app) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, app.getDefaultJsonParser('error', 'error'))
  await app.register(formbody, { bodyLimit })
}, { name: 'latchkey-parsers' })
