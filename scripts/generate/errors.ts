import { errorCatalogue, type ErrorCode } from '../../src/errors/index.ts'
import { bodiesOf, type Document, operationsOf, resolved } from '../../test/support/openapi.ts'
import { pageOf, tableOf } from './markdown.ts'
import { withoutPrefix } from './openapi.ts'

/** If an error has more operations than this, their number is clearer than a list. */
const maxOperationsListed = 8

/** Where the codes occur that no operation documents. */
const elsewhere: Record<string, string | undefined> = {
  method_not_allowed: 'any URL, for a method that it does not accept',
} satisfies Partial<Record<ErrorCode, string>>

/** Makes `docs/reference/errors.md`. */
export function errorsPage(document: Document): string {
  const entries = Object.entries<{ status: number; detail?: string }>(errorCatalogue)
  const total = operationsOf(document).length
  return pageOf('Errors', '`src/errors/catalogue.ts` and the OpenAPI document', [
    'An error response is a problem details object ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), ' +
      '`application/problem+json`):',
    '```json\n' +
      '{\n' +
      '  "type": "about:blank",\n' +
      '  "title": "Conflict",\n' +
      '  "status": 409,\n' +
      '  "detail": "The username is already taken. Choose another one.",\n' +
      '  "code": "username_taken",\n' +
      '  "errors": [{ "path": "/username", "message": "is taken" }]\n' +
      '}\n' +
      '```',
    '- `code` is stable: use it in programs. `openapi.json` lists the codes of each operation and status. ' +
      '`detail` is human-readable and may change.\n' +
      '- `errors` lists the invalid fields, if any. Each `message` follows the name of its field.\n' +
      '- `POST /token`, `/revoke` and `/introspect` return `application/json` with `error` and `error_description` ' +
      '(RFC 6749 5.2) in addition to `detail` and `code`.\n' +
      '- 429 and 503 have a `Retry-After` header with the number of seconds to wait.\n' +
      '- `POST /token` returns `invalid_grant` with 401 for a wrong username or password, and with 400 for a session ' +
      'that has ended.\n' +
      '- The table shows the statuses that operations document for each code, the usual one first.',
    tableOf(
      ['code', 'status', 'detail', 'operations'],
      entries.map(([code, { status, detail }]) => {
        const answers = answersOf(document, code)
        const places = [...new Set(answers.map(({ place }) => place))]
        return [
          `\`${code}\``,
          [...new Set([String(status), ...answers.map((answer) => answer.status).sort()])].join(', '),
          detail ?? exampleOf(answers.filter((answer) => answer.status === String(status))),
          elsewhere[code] ?? describeOperations(places, total),
        ]
      }),
    ),
  ])
}

interface Answer {
  place: string
  status: string
  detail: string | undefined
}

/** Lists the responses that document this code, in their schema. */
function answersOf(document: Document, code: string): Answer[] {
  return operationsOf(document).flatMap(({ place, operation }) =>
    bodiesOf(operation)
      .filter(({ schema }) => resolved(document, schema).properties?.code?.enum?.includes(code))
      .map(({ status, example }) => ({
        place: withoutPrefix(place),
        status,
        detail: isErrorExample(example, code) ? example.detail : undefined,
      })),
  )
}

function isErrorExample(example: unknown, code: string): example is { code: string; detail: string } {
  return typeof example === 'object' && example !== null && Reflect.get(example, 'code') === code
}

function exampleOf(answers: Answer[]) {
  const detail = answers.find((answer) => answer.detail !== undefined)?.detail
  return detail === undefined ? 'depends on the request' : `depends on the request, such as “${detail}”`
}

function describeOperations(places: string[], total: number) {
  if (places.length === total) return 'all operations'
  if (places.length > maxOperationsListed) return `${places.length} of ${total} operations`
  if (places.length === 0) throw new Error('No operation documents this code: say in `elsewhere` where it occurs.')
  return places.map((place) => `\`${place}\``).join(', ')
}
