import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { type CompressedBody, createCompressedBody } from '../src/lib/compressed-body.ts'
import { etagOf, matchesEtag } from '../src/lib/etag.ts'
import { once } from '../src/lib/once.ts'
import { packageFile } from '../src/lib/package-files.ts'
import { withoutUnusedParts, withoutUnusedRules } from './docs-page-parts.ts'

interface Options {
  title: string
  /** The path of the API under the service's root, such as `/auth`. */
  prefix: string
  /** The document that the page shows. */
  document: () => object
  documentAsYaml: () => string
  /** The document in OpenAPI 3.0. */
  olderDocument: () => object
}

/** The policy of the page, which causes no messages in the console. Swagger UI needs `unsafe-inline` for its styles. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The favicon: a latchkey. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#2f6f4f" ' +
  'stroke-width="3.5"><circle cx="10" cy="16" r="6"/><path d="M16 16h13v6M23 16v5"/></svg>'

/** Starts Swagger UI, without a top bar, which could open any other document. */
const startScript = `SwaggerUIBundle({ url: new URL('../openapi.json', location.href).href, ...${JSON.stringify({
  dom_id: '#swagger-ui',
  layout: 'BaseLayout',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
})} })
`

const swaggerUiFolder = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')
const scriptName = 'latchkey-swagger-ui.js'
/** The larger files of the page, by the name under `static/`. */
const assetPaths: Record<string, string> = {
  'swagger-ui.css': join(swaggerUiFolder, 'swagger-ui.css'),
  'index.css': join(swaggerUiFolder, 'index.css'),
  'swagger-ui-bundle.js': join(swaggerUiFolder, 'swagger-ui-bundle.js'),
  [scriptName]: packageFile('assets/swagger-ui.js'),
}

const shorten: Record<string, (content: string) => string> = {
  'swagger-ui.css': withoutUnusedRules,
  'swagger-ui-bundle.js': withoutUnusedParts,
}

interface Resource {
  type: string
  etag: string
  body: CompressedBody
}

/**
 * Registers the documentation page at `/docs/`: Swagger UI with the plugin of `src/browser/swagger-ui`. What it sends
 * is made at the first request, when all routes have been declared.
 */
export async function registerDocsPage(
  app: FastifyInstance,
  { title, prefix, document, documentAsYaml, olderDocument }: Options,
) {
  const sendJson = senderOf(once(() => resourceOf('application/json; charset=utf-8', JSON.stringify(document()))))
  const sendOlderJson = senderOf(
    once(() => resourceOf('application/json; charset=utf-8', JSON.stringify(olderDocument()))),
  )
  const sendYaml = senderOf(once(() => resourceOf('application/x-yaml; charset=utf-8', documentAsYaml())))
  const loadAssets = once(readAssets)
  const sendStart = senderOf(once(() => resourceOf('text/javascript; charset=utf-8', startScript)))
  const sendPage = senderOf(
    once(async () => resourceOf('text/html; charset=utf-8', writePage({ title, prefix, assets: await loadAssets() }))),
  )

  /** Sends one of the larger files compressed. Its URL in the page changes with its content. */
  function sendAssetOr(original: RouteHandlerMethod): RouteHandlerMethod {
    return async function (request, reply) {
      const asset = (await loadAssets()).get((request.params as { '*': string })['*'])
      if (asset === undefined) return original.call(this, request, reply)
      const { v } = request.query as { v?: string }
      return send(request, reply, asset, v === versionOf(asset) ? 'public, max-age=31536000, immutable' : 'no-cache')
    }
  }

  app.get('/openapi.json', { schema: { hide: true } }, sendJson)
  app.get('/openapi-3.0.json', { schema: { hide: true } }, sendOlderJson)
  // A relative URL works behind a proxy that strips a path.
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) => reply.redirect('./docs/'))
  await app.register(async (page) => {
    page.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', pagePolicy)
    })
    // Replaces handlers that serialize the document for each request, and send files without compression.
    page.addHook('onRoute', (route) => {
      if (route.url === '/docs/') route.handler = sendPage
      if (route.url === '/docs/json') route.handler = sendJson
      if (route.url === '/docs/yaml') route.handler = sendYaml
      if (route.url === '/docs/static/swagger-initializer.js') route.handler = sendStart
      if (route.url === '/docs/static/*') route.handler = sendAssetOr(route.handler)
    })
    await page.register(swaggerUi, {
      routePrefix: '/docs/',
      // Swagger UI resolves relative URLs against its own URL including the query, so a query would break them.
      uiHooks: {
        onRequest: async (request, reply) =>
          /\/docs\/\?/.test(request.raw.url ?? '') ? reply.redirect('./') : undefined,
      },
      theme: {
        favicon: [{ filename: 'favicon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: icon }],
      },
    })
  })
}

/** Relative URLs alone, so that the page works under any path; a proxy may strip a part of it. */
function writePage({ title, prefix, assets }: { title: string; prefix: string; assets: Map<string, Resource> }) {
  const urlOf = (name: string) => {
    const asset = assets.get(name)
    return `static/${name}${asset === undefined ? '' : `?v=${versionOf(asset)}`}`
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="static/theme/favicon.svg" sizes="any">
<link rel="stylesheet" href="${urlOf('swagger-ui.css')}">
<link rel="stylesheet" href="${urlOf('index.css')}">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${urlOf('swagger-ui-bundle.js')}"></script>
<script src="${urlOf(scriptName)}" data-storage="session" data-server-url=".." data-token-url="..${prefix}/token"
  data-revocation-url="..${prefix}/revoke" data-scopes="account" data-color-scheme="system"></script>
<script src="static/swagger-initializer.js"></script>
</body>
</html>
`
}

async function readAssets(): Promise<Map<string, Resource>> {
  const entries = Object.entries(assetPaths).map(async ([name, path]): Promise<[string, Resource]> => {
    const type = name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8'
    const content = await readFile(path, 'utf8')
    return [name, resourceOf(type, shorten[name]?.(content) ?? content)]
  })
  return new Map(await Promise.all(entries))
}

function resourceOf(type: string, content: string): Resource {
  const body = Buffer.from(content)
  return { type, etag: etagOf(body), body: createCompressedBody(body) }
}

function versionOf({ etag }: Resource) {
  return etag.slice(1, 13)
}

function senderOf(resource: () => Promise<Resource>) {
  return async (request: FastifyRequest, reply: FastifyReply) => send(request, reply, await resource(), 'no-cache')
}

async function send(request: FastifyRequest, reply: FastifyReply, resource: Resource, caching: string) {
  const { body, encoding } = await resource.body.bodyFor(request.headers['accept-encoding'])
  // Each encoding has an entity tag of its own (RFC 9110 8.8.3.3).
  const etag = encoding === undefined ? resource.etag : resource.etag.replace(/"$/, `-${encoding}"`)
  reply.headers({ 'cache-control': caching, etag, vary: 'accept-encoding' })
  if (matchesEtag(etag, request.headers['if-none-match'])) return reply.code(304).send()
  if (encoding !== undefined) reply.header('content-encoding', encoding)
  return reply.type(resource.type).send(body)
}
