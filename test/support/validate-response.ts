import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { type Document, operationsOf } from './openapi.ts'

const document: Document = JSON.parse(readFileSync('openapi.json', 'utf8'))
const ajv = new Ajv2020({ strict: false, validateFormats: false, coerceTypes: false })
ajv.addSchema(document, 'openapi')
const validators = new Map<string, ValidateFunction>()

const operations = operationsOf(document).map((one) => ({
  ...one,
  pattern: new RegExp(`^${one.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}))

/** A response as the client gets it. */
export interface SentResponse {
  statusCode: number
  headers: Record<string, unknown>
  body: string
}

/**
 * Compares every response of an app with the OpenAPI document, over a socket or by `app.inject`. A difference fails the
 * test.
 * @param create creates the app, before anything is awaited
 * @throws when no app was created, because its responses would not be compared
 */
export function withValidatedResponses<App>(t: Test, create: () => App): App {
  let isWatched = false
  const watch = (message: unknown) => {
    if (!isInitialization(message)) return
    validateResponsesOf(message.fastify, t)
    isWatched = true
  }
  subscribe('fastify.initialization', watch)
  try {
    const app = create()
    if (!isWatched) throw new Error('No Fastify app was created before something was awaited.')
    return app
  } finally {
    unsubscribe('fastify.initialization', watch)
  }
}

function isInitialization(message: unknown): message is { fastify: FastifyInstance } {
  return typeof message === 'object' && message !== null && 'fastify' in message
}

function validateResponsesOf(app: FastifyInstance, t: Test) {
  const bodies = new WeakMap<object, Buffer[]>()
  app.addHook('onRequest', async (_request, { raw }) => {
    const chunks: Buffer[] = []
    let hasEnded = false
    bodies.set(raw, chunks)
    for (const method of ['write', 'end'] as const) {
      const original = raw[method]
      Object.assign(raw, {
        [method](...parameters: unknown[]) {
          const [chunk] = parameters
          const isContent = typeof chunk === 'string' || chunk instanceof Uint8Array
          // In `inject`, `end` calls `write`.
          if (isContent && !hasEnded) chunks.push(Buffer.from(chunk))
          hasEnded ||= method === 'end'
          return Reflect.apply(original, raw, parameters)
        },
      })
    }
  })
  app.addHook('onResponse', async ({ method, raw: { url = '' } }, reply) => {
    // The client may have gone away.
    if (!reply.raw.writableEnded) return
    const body = Buffer.concat(bodies.get(reply.raw) ?? []).toString()
    try {
      validateResponse(method, url, { statusCode: reply.statusCode, headers: reply.getHeaders(), body })
    } catch (error) {
      t.fail(String(error))
    }
  })
}

/**
 * Compares a response with the OpenAPI document of the service with default settings: status, content type, headers
 * and body.
 * @param url with the default prefix
 * @throws naming the operation and the difference; URLs and methods that the document does not have are ignored
 */
export function validateResponse(method: string, url: string, { statusCode, headers, body }: SentResponse) {
  const path = decode(url.replace(/[?#].*$/, ''))
  // A path without parameters comes first.
  const [found] = operations
    .filter((one) => one.method === method && one.pattern.test(path))
    .sort((one, other) => one.path.split('{').length - other.path.split('{').length)
  if (found === undefined) return
  const fail = (difference: string): never => {
    throw new Error(`${found.place} ${statusCode} differs from openapi.json: ${difference}`)
  }
  const documented = found.operation.responses[statusCode]
  if (documented === undefined) return fail('the status is not documented')
  for (const name of ['location', 'retry-after', 'www-authenticate', 'content-disposition', 'clear-site-data']) {
    const isDocumented = Object.keys(documented.headers ?? {}).some((header) => header.toLowerCase() === name)
    if (headers[name] !== undefined && !isDocumented) fail(`the header ${name} is not documented`)
  }
  const type = String(headers['content-type'] ?? '').replace(/;.*/, '')
  const [expected] = Object.keys(documented.content ?? {})
  if (body === '') return expected === undefined ? undefined : fail('no body')
  if (expected !== type) return fail(`the content type is ${type || 'missing'}, not ${expected}`)

  const place = ['paths', found.path, method.toLowerCase(), 'responses', String(statusCode), 'content', type, 'schema']
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
