import formbody from '@fastify/formbody'
import fp from 'fastify-plugin'

/** Bytes; no request of ours comes near it. */
export const bodyLimit = 16 * 1024

/** JSON and forms, whatever a host parses and however. */
export default fp(async (app) => {
  app.removeAllContentTypeParsers()
  // `__proto__` and `constructor` come as members like any other, which schemas refuse by name.
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, app.getDefaultJsonParser('ignore', 'ignore'))
  await app.register(formbody, { bodyLimit })
}, { name: 'latchkey-parsers' })
