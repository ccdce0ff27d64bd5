import formbody from '@fastify/formbody'
import fp from 'fastify-plugin'

/** In bytes; no valid request is nearly as long. */
export const bodyLimit = 16 * 1024

/** Parsers for JSON and forms, in place of those of a host. */
export default fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    // `__proto__` and `constructor` become properties like any other, which schemas reject by name.
    const parseJson = app.getDefaultJsonParser('ignore', 'ignore')
    app.addContentTypeParser<string>('application/json', { parseAs: 'string', bodyLimit }, (request, text, done) => {
      // Many clients send a content type without a body.
      if (text === '' && request.method === 'DELETE') done(null, undefined)
      else parseJson(request, text, done)
    })
    await app.register(formbody, { bodyLimit })
  },
  { name: 'latchkey-parsers' },
)
