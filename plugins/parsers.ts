import formbody from '@fastify/formbody'
import fp from 'fastify-plugin'

/** Bytes; no request of ours comes near it. */
export const bodyLimit = 16 * 1024

/** JSON and forms, whatever a host parses and however. */
export default fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    // `__proto__` and `constructor` come as members like any other, which schemas refuse by name.
    const parseJson = app.getDefaultJsonParser('ignore', 'ignore')
    app.addContentTypeParser<string>('application/json', { parseAs: 'string', bodyLimit }, (request, text, done) => {
      // Many clients name a type where they send nothing.
      if (text === '' && request.method === 'DELETE') done(null, undefined)
      else parseJson(request, text, done)
    })
    await app.register(formbody, { bodyLimit })
  },
  { name: 'latchkey-parsers' },
)
