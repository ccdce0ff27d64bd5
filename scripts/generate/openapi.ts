import { settingsFromEnvironment } from '../../src/config/index.ts'
import { createService } from '../../src/service.ts'
import { type Document, documentOf, type Operation, operationsOf } from '../../test/support/openapi.ts'
import { pageOf, tableOf } from './markdown.ts'

/** Makes the OpenAPI documents of the service with its default settings: 3.1 and 3.0. */
export async function readOpenApi(): Promise<[Document, Document]> {
  const app = await createService(settingsFromEnvironment({ DATABASE_URL: ':memory:', LOG_LEVEL: 'silent' }))
  const documents: [Document, Document] = [await documentOf(app), await documentOf(app, 'openapi-3.0.json')]
  await app.close()
  return documents
}

/** Names an operation as the documentation does, without the prefix, such as `GET /users/me`. */
export function withoutPrefix(place: string): string {
  return place.replace(' /auth/', ' /')
}

/** Makes `docs/reference/http.md`. */
export function httpPage(document: Document): string {
  return pageOf('HTTP API', 'the OpenAPI document', [
    'Every operation, with the callers that may use it. Paths are relative to `PREFIX` (`/auth`), except those of ' +
      '*Health*. The parameters, bodies and responses of each are in [openapi.json](../../openapi.json), which the ' +
      'service publishes at `/openapi.json` and shows on its documentation page at `/docs`. The same document in ' +
      'OpenAPI 3.0, for tools that do not read 3.1, is [openapi-3.0.json](../../openapi-3.0.json), at ' +
      '`/openapi-3.0.json`. [Errors](errors.md) explains the error responses.',
    ...document.tags.flatMap(({ name, description }) => [
      `## ${name}`,
      description,
      tableOf(
        ['operation', 'operationId', 'caller', 'summary'],
        operationsOf(document)
          .filter(({ operation }) => operation.tags?.includes(name))
          .map(({ place, operation }) => [
            `\`${withoutPrefix(place)}\``,
            `\`${operation.operationId}\``,
            describeCaller(operation),
            operation.summary ?? '',
          ]),
      ),
    ]),
    '## URLs that are not in openapi.json',
    'These URLs are for browsers and for discovery, not for generated clients:',
    tableOf(
      ['URL', 'purpose'],
      [
        [
          '`/docs/`, `/openapi.json`, `/openapi-3.0.json`',
          'The documentation page and its document, unless `DOCS=off`.',
        ],
        [
          '`/reset-password`, `/verify-email`, `/invitation`, under the prefix',
          'The pages behind e-mailed links. `GET` shows the page and changes nothing; its form sends a `POST`.',
        ],
        [
          '`/.well-known/oauth-authorization-server/auth`, at the root of the origin',
          'The metadata of the authorization server at the URL that RFC 8414 defines for this issuer.',
        ],
      ],
    ),
  ])
}

function describeCaller({ security = [], tags = [] }: Operation) {
  if (security.length === 0) return 'anyone'
  if (security.some((scheme) => 'latchkeyClient' in scheme)) return 'a client registered for introspection'
  const scopes = security.flatMap(({ latchkey = [] }) => latchkey).map((scope) => `\`${scope}\``)
  const caller = tags.includes('Administration') ? 'a user or client' : 'a user'
  const allowed = scopes.length === 0 ? caller : `${caller} with ${scopes.join(' and ')}`
  return security.some((scheme) => Object.keys(scheme).length === 0) ? `anyone, or ${allowed}` : allowed
}
