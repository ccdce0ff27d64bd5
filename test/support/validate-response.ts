import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Document } from './openapi.ts'

interface ResponseObject {
  headers?: Record<string, { schema: object }>
  content?: Record<string, { schema: object }>
}

const document: Document = JSON.parse(readFileSync('openapi.json', 'utf8'))
const ajv = new Ajv2020({ strict: false, validateFormats: false, coerceTypes: false })
ajv.addSchema(document, 'openapi')
const validators = new Map<string, ValidateFunction>()

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    responses: (operation as { responses: Record<string, ResponseObject> }).responses,
  })),
)

/** Compares every response to `app.inject` with the OpenAPI document. */
export function validateResponsesOf(app: FastifyInstance) {
  const inject = app.inject.bind(app)
  async function injectAndValidate(request: string | InjectOptions) {
    const response = await inject(request)
    const { method = 'GET', url = '', path = url } = typeof request === 'string' ? { url: request } : request
    // A stream is read by the test.
    const isStream = typeof request === 'object' && request.payloadAsStream === true
    if (typeof path === 'string' && !isStream) validateResponse(method, path, response)
    return response
  }
  Object.assign(app, { inject: injectAndValidate })
}

/**
 * Compares a response with the OpenAPI document of the service with default settings: status, content type, headers
 * and body.
 * @param url with the default prefix
 * @throws naming the operation and the difference; URLs and methods that the document does not have are ignored
 */
export function validateResponse(method: string, url: string, response: LightMyRequestResponse) {
  const path = decode(url.replace(/[?#].*$/, ''))
  // A path without parameters comes first.
  const [operation] = operations
    .filter((one) => one.method === method && one.pattern.test(path))
    .sort((one, other) => one.path.split('{').length - other.path.split('{').length)
  if (operation === undefined) return
  const { statusCode, headers, body } = response
  const fail = (difference: string): never => {
    throw new Error(`${method} ${operation.path} ${statusCode} differs from openapi.json: ${difference}`)
  }
  const documented = operation.responses[statusCode]
  if (documented === undefined) return fail('the status is not documented')
  for (const name of ['location', 'retry-after', 'www-authenticate', 'content-disposition', 'clear-site-data']) {
    const isDocumented = Object.keys(documented.headers ?? {}).some((header) => header.toLowerCase() === name)
    if (headers[name] !== undefined && !isDocumented) fail(`the header ${name} is not documented`)
  }
  const type = String(headers['content-type'] ?? '').replace(/;.*/, '')
  const [expected] = Object.keys(documented.content ?? {})
  if (body === '') return expected === undefined || response.raw.req.method === 'HEAD' ? undefined : fail('no body')
  if (expected !== type) return fail(`the content type is ${type || 'missing'}, not ${expected}`)

  const place = [
    'paths',
    operation.path,
    method.toLowerCase(),
    'responses',
    String(statusCode),
    'content',
    type,
    'schema',
  ]
  const escaped = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
  const pointer = `openapi#/${escaped.join('/')}`
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: pointer })
  validators.set(pointer, validate)
  if (!validate(JSON.parse(body))) fail(ajv.errorsText(validate.errors))
}

/** @returns a malformed URL as it is */
function decode(path: string) {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}
