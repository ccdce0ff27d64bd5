/* Requests that every endpoint rejects, and assertions on the responses. */
import type { InjectOptions } from 'fastify'
import type { Test } from 'tap'

export const json = 'application/json'
export const form = 'application/x-www-form-urlencoded'

export interface Bad {
  what: string
  type?: string
  body?: string | object
  query?: string
  status: number
  /** The fields that the response names; undefined if the body could not be parsed. */
  paths?: string[]
}

export const deep = '['.repeat(7000) + ']'.repeat(7000)
const tooLarge = 'x'.repeat(16 * 1024)

/** Bodies that are invalid whatever the fields are. @param good a body that would be accepted */
export function unreadable(good: Record<string, string>): Bad[] {
  const goodForm = new URLSearchParams(good).toString()
  return [
    { what: 'no body', status: 400, paths: [''] },
    { what: 'an empty body', type: json, body: '', status: 400, paths: [''] },
    { what: 'an empty body of an unknown type (A3)', type: 'text/plain', body: '', status: 400, paths: [''] },
    { what: 'broken JSON', type: json, body: '{"username":"ada",', status: 400 },
    { what: 'JSON with a trailing comma', type: json, body: '{"username":"ada",}', status: 400 },
    { what: 'two JSON values', type: json, body: '{}{}', status: 400 },
    { what: 'a form sent as JSON', type: json, body: goodForm, status: 400 },
    { what: 'an array', type: json, body: [good], status: 400, paths: [''] },
    { what: 'null', type: json, body: 'null', status: 400, paths: [''] },
    { what: 'a string', type: json, body: '"ada"', status: 400, paths: [''] },
    { what: 'a number', type: json, body: '1', status: 400, paths: [''] },
    { what: 'deep JSON', type: json, body: deep, status: 400, paths: [''] },
    { what: 'deep and broken JSON', type: json, body: '['.repeat(16_000), status: 400 },
    { what: 'an oversized body', type: json, body: { ...good, x: tooLarge }, status: 413 },
    { what: 'an oversized form', type: form, body: `${goodForm}&x=${tooLarge}`, status: 413 },
    { what: 'an oversized body of an unknown type', type: 'text/plain', body: tooLarge + tooLarge, status: 415 },
    { what: 'plain text', type: 'text/plain', body: goodForm, status: 415 },
    { what: 'XML', type: 'application/xml', body: '<username>ada</username>', status: 415 },
    { what: 'no media type', type: '', body: good, status: 415 },
  ]
}

/** Invalid values of one required field. @param most the longest length allowed @param others the other fields */
export function badField(field: string, most: number, others: Record<string, string>): Bad[] {
  const rest = new URLSearchParams(others).toString()
  const paths = [`/${field}`]
  const values = {
    'a number': 1,
    null: null,
    true: true,
    'a list': ['x'],
    'an empty list': [],
    'an object': { $ne: '' },
    'an object with __proto__ (F4)': JSON.parse('{"__proto__":{"polluted":1}}'),
    oversized: 'x'.repeat(most + 1),
    'text with NUL': 'a\0b',
    'a lone surrogate': 'a\ud800b',
  }
  return [
    { what: `${field} missing`, type: json, body: others, status: 400, paths },
    { what: `${field} missing in a form`, type: form, body: `${rest}&&`, status: 400, paths },
    { what: `${field} empty`, type: json, body: { ...others, [field]: '' }, status: 400, paths },
    { what: `${field} empty in a form`, type: form, body: `${rest}&${field}=`, status: 400, paths },
    { what: `${field} repeated`, type: form, body: `${rest}&${field}=a&${field}=b`, status: 400, paths },
    {
      what: `${field} repeated with the same value`,
      type: form,
      body: `${rest}&${field}=a&${field}=a`,
      status: 400,
      paths,
    },
    { what: `${field} repeated, once empty`, type: form, body: `${rest}&${field}=&${field}=a`, status: 400, paths },
    { what: `${field} in brackets (F4)`, type: form, body: `${rest}&${field}[]=a`, status: 400, paths },
    { what: `${field} with NUL`, type: form, body: `${rest}&${field}=%00`, status: 400, paths },
    { what: `${field} that was not UTF-8`, type: form, body: `${rest}&${field}=%ef%bf%bd`, status: 400, paths },
    {
      what: `${field} oversized in a form`,
      type: form,
      body: `${rest}&${field}=${'x'.repeat(most + 1)}`,
      status: 400,
      paths,
    },
    {
      what: `${field} deep`,
      type: json,
      body: JSON.stringify({ ...others, [field]: 0 }).replace(/0}$/, `${deep}}`),
      status: 400,
      paths,
    },
    { what: `${field} in the query`, type: form, body: rest, query: `?${field}=a`, status: 400, paths },
    ...Object.entries(values).map(([what, value]) => ({
      what: `${field} ${what}`,
      type: json,
      body: { ...others, [field]: value },
      status: 400,
      paths,
    })),
  ]
}

/** Invalid values of one optional field. */
export function badOption(field: string, most: number, others: Record<string, string>): Bad[] {
  return badField(field, most, others).filter(
    ({ what }) => !/(missing|empty|brackets|query)/.test(what) || /(repeated|list)/.test(what),
  )
}

/** Fields and query parameters that a route does not know. */
export function unexpected(good: object): Bad[] {
  return [
    {
      what: 'unknown fields',
      type: json,
      body: { ...good, admin: true, 'a/b~c': 1 },
      status: 400,
      paths: ['/admin', '/a~1b~0c'],
    },
    {
      what: '__proto__ in JSON (F4)',
      type: json,
      body: JSON.stringify(good).replace(
        /\}$/,
        `${Object.keys(good).length > 0 ? ',' : ''}"__proto__":{"polluted":1}}`,
      ),
      status: 400,
      paths: ['/__proto__'],
    },
    { what: 'a query', type: json, body: good, query: '?admin=1', status: 400, paths: ['/admin'] },
    {
      what: '__proto__ in the query (F4)',
      type: json,
      body: good,
      query: '?__proto__[polluted]=1',
      status: 400,
      paths: ['/__proto__[polluted]'],
    },
  ]
}

/** Spellings of a media type, with the status of a JSON body that breaks the schema (F1). */
export const typesOfJson: Array<[type: string, status: number]> = [
  ['application/json', 400],
  ['Application/JSON', 400],
  [' application/json', 400],
  ['application/json; charset=utf-8', 400],
  ['application/json ; charset=utf-8', 400],
  ['application/json;', 400],
  ['application/json\ta', 415],
  ['application/json garbage', 415],
  ['application/json,text/plain', 415],
  ['application/jsonx', 415],
  ['application/json/x', 415],
  ['application/problem+json', 415],
  ['text/json', 415],
  ['json', 415],
  ['*/*', 415],
  ['application/x-www-form-urlencoded\ta', 415],
  ['application/x-www-form-urlencodedx', 415],
]

export function requestOf(
  url: string,
  { type, body, query = '' }: Bad,
  headers: Record<string, string> = {},
): InjectOptions {
  return {
    method: 'POST',
    url: url + query,
    headers: { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
}

interface Reply {
  statusCode: number
  headers: Record<string, unknown>
  body: string
  json: () => Record<string, unknown>
}

/** Asserts an error as problem details (RFC 9457). */
export function checkProblem(t: Test, response: Reply, { what, paths }: Pick<Bad, 'what' | 'paths'>) {
  const { type, title, status, detail, code } = response.json()
  t.match(
    { type, title, detail, code, ...summaryOf(response) },
    {
      type: 'about:blank',
      title: /\w/,
      detail: /\w/,
      code: /^[a-z_]+$/,
      mediaType: 'application/problem+json; charset=utf-8',
      ...harmless,
    },
    what,
  )
  t.strictSame([status, fieldsOf(response)], [response.statusCode, paths], `${what}: the fields`)
}

/** Asserts an invalid request in the error format of OAuth 2.0 (RFC 6749 5.2). */
export function checkOAuthError(t: Test, response: Reply, { what, paths }: Pick<Bad, 'what' | 'paths'>) {
  const { error, error_description: description, detail, code } = response.json()
  t.match(
    { error, description, code, ...summaryOf(response) },
    {
      error: 'invalid_request',
      description: /\w/,
      code: /^(invalid_request|payload_too_large|unsupported_media_type)$/,
      mediaType: 'application/json; charset=utf-8',
      ...harmless,
    },
    what,
  )
  t.strictSame([detail, fieldsOf(response)], [description, paths], `${what}: the fields`)
}

function fieldsOf(response: Reply): unknown {
  const { errors } = response.json()
  return Array.isArray(errors) ? errors.map(({ path }) => path).sort() : errors
}

function summaryOf({ headers, body }: Reply) {
  return {
    mediaType: headers['content-type'],
    sniffing: headers['x-content-type-options'],
    caching: headers['cache-control'],
    leak: /not-for-logs|FST_|ajv|node_modules|must NOT|SyntaxError/.exec(body)?.[0],
    pollution: Reflect.get({}, 'polluted'),
  }
}

const harmless = { sniffing: 'nosniff', caching: 'no-store', leak: undefined, pollution: undefined }
