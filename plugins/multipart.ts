import { createRequire } from 'node:module'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError } from '../src/errors/index.ts'
import { bodyLimit } from './parsers.ts'

type Fields = Record<string, string | string[]>

const require = createRequire(import.meta.url)

/**
 * Parses `multipart/form-data`, which front ends send with `FormData`, into the same object as a URL-encoded form.
 * `@fastify/multipart` is no option: its decorators would clash with those of a host that uses it as well.
 */
export default fp(
  async (app) => {
    app.addContentTypeParser(
      'multipart/form-data',
      { parseAs: 'buffer', bodyLimit },
      (request: FastifyRequest, body: Buffer) => parseFields(request.headers['content-type'] ?? '', body),
    )
  },
  { name: 'latchkey-multipart', dependencies: ['latchkey-parsers'] },
)

/** @throws {ApiError} 400 `invalid_request` */
async function parseFields(contentType: string, body: Buffer): Promise<Fields> {
  // Loaded when first needed. Unlike a failed import, a failed `require` can be repeated.
  const { Busboy }: typeof import('@fastify/busboy') = require('@fastify/busboy')
  const fields: Fields = Object.create(null)
  if (!/;\s*boundary=/i.test(contentType)) {
    throw invalidForm('The Content-Type has no boundary. Let your HTTP library set the header.')
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const parser = new Busboy({ headers: { 'content-type': contentType } })
      parser.on('field', (name, value) => {
        const earlier = fields[name]
        fields[name] = earlier === undefined ? value : [earlier, value].flat()
      })
      parser.on('file', (name, stream) => {
        stream.resume()
        reject(invalidForm(`The field ${JSON.stringify(name)} is a file. Send text fields only, without a filename.`))
      })
      parser.on('error', reject)
      parser.on('finish', resolve)
      parser.end(body)
    })
  } catch (error) {
    throw error instanceof ApiError ? error : invalidForm('The request body is malformed multipart/form-data.', error)
  }
  return fields
}

function invalidForm(detail: string, cause?: unknown) {
  return new ApiError('invalid_request', { detail, cause })
}
