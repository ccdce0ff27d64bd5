import formbody from '@fastify/formbody'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError } from '../src/errors/index.ts'
import { acceptedTypesOf, unsupportedMediaType } from './framework-errors.ts'

/** The maximum length of a body in bytes. Valid requests are much shorter. */
export const bodyLimit = 16 * 1024

/** Parsers for JSON and forms, which replace those of a host. */
export default fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addHook('preParsing', (request, _reply, payload, done) => {
      const { 'content-encoding': encoding = 'identity' } = request.headers
      if (hasBody(request) && encoding.toLowerCase() !== 'identity') done(unsupportedEncoding(request))
      else done(null, payload)
    })
    // `__proto__` and `constructor` become ordinary properties, which schemas reject by name.
    const parseJson = app.getDefaultJsonParser('ignore', 'ignore')
    app.addContentTypeParser<string>('application/json', { parseAs: 'string', bodyLimit }, (request, text, done) => {
      // Many clients send a Content-Type without a body.
      if (text === '') done(null, undefined)
      else parseJson(request, text, done)
    })
    await app.register(formbody, { bodyLimit })
    app.addContentTypeParser('*', (request, _payload, done) => {
      if (hasBody(request)) done(unsupportedMediaType(request))
      else done(null, undefined)
    })
  },
  { name: 'latchkey-parsers' },
)

/** RFC 9112 6.3. */
function hasBody({ headers }: FastifyRequest) {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** 415 with the encodings that are accepted (RFC 9110 12.5.3). */
function unsupportedEncoding({ server }: FastifyRequest) {
  return new ApiError('unsupported_media_type', {
    detail:
      'Compressed request bodies are not supported. Send the body without Content-Encoding. ' +
      `Accepted types: ${acceptedTypesOf(server)}.`,
    headers: { 'accept-encoding': 'identity' },
  })
}
