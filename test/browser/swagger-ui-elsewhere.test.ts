// @lane browser
import { readFile } from 'node:fs/promises'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import t from 'tap'
import { freePort } from '../../scripts/free-port.ts'
import latchkey from '../../src/plugin.ts'
import { swaggerUiScript, swaggerUiTheme } from '../../src/swagger-ui.ts'
import { getMe, register, secretFor } from '../support/build.ts'
import { inBrowser } from '../support/chromium.ts'
import { authorize, openDocs, signedIn, tryOut } from '../support/docs-page.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { listening } from '../support/listening.ts'

inBrowser(t, 'the Swagger UI script in other services', async (t, browser) => {
  t.test('in a host with @fastify/swagger-ui, with the tokens in memory alone', async (t) => {
    const app = createHost(t)
    await app.register(swagger, { openapi: { info: { title: 'The host', version: '1' } } })
    await app.register(latchkey, mountOptions)
    app.get(
      '/posts',
      { onRequest: app.latchkey.requireScope('posts:read'), schema: { operationId: 'listPosts', tags: ['Posts'] } },
      async () => ['first'],
    )
    await app.register(swaggerUi, {
      routePrefix: '/documentation',
      theme: swaggerUiTheme({ revocationUrl: '/auth/revoke', scopes: 'account posts:read' }),
    })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    await app.latchkey.createUser({ username: 'ada', password: secretFor('ada'), scopes: ['posts:read'] })

    const { page, complaints } = await openDocs(browser, `${url}/documentation/`)
    await authorize(page, 'ada', secretFor('ada'))
    const asking = page.waitForRequest(`${url}/posts`)
    t.match(await tryOut(page, 'Posts-listPosts'), { status: '200', body: ['first'] })
    const token = ((await (await asking).headerValue('authorization')) ?? '').replace('Bearer ', '')
    t.equal(await page.evaluate('localStorage.length + sessionStorage.length'), 0)

    const revoking = page.waitForResponse(/\/auth\/revoke$/)
    await page.locator('.latchkey-session button').click()
    await revoking
    t.equal((await getMe(app, token)).statusCode, 401)

    await authorize(page, 'ada', secretFor('ada'))
    await page.reload({ waitUntil: 'networkidle' })
    t.equal(await page.locator('.latchkey-session').innerText(), '')
    t.strictSame(complaints, [])
  })

  for (const [version, folder, isFirst] of [
    [5, 'node_modules/@fastify/swagger-ui/static', false],
    [4, 'node_modules/swagger-ui-4', true],
  ] as const) {
    t.test(`in a page of another origin, with Swagger UI ${version}`, async (t) => {
      const site = createHost(t)
      const origin = `http://127.0.0.1:${await freePort()}`
      const { app, clock, url } = await listening(t, { environment: { CORS_ORIGINS: origin } })
      await register(app, 'ada')

      const send = (path: string, type: string, content: () => Promise<string>) =>
        site.get(path, async (_request, reply) => reply.type(type).send(await content()))
      const scripts = [
        `<script src="/latchkey.js" data-storage="session" data-revocation-url="${url}/auth/revoke"></script>`,
        '<script src="/swagger-ui-bundle.js"></script>',
      ]
      send(
        '/',
        'text/html',
        async () =>
          '<!doctype html><meta charset="utf-8"><title>Another service</title><link rel="icon" href="data:,">' +
          '<div id="swagger-ui"></div>' +
          `${(isFirst ? scripts : scripts.toReversed()).join('')}<script src="/start.js"></script>`,
      )
      send('/latchkey.js', 'text/javascript', () => readFile(swaggerUiScript, 'utf8'))
      send('/swagger-ui-bundle.js', 'text/javascript', () => readFile(`${folder}/swagger-ui-bundle.js`, 'utf8'))
      send('/start.js', 'text/javascript', async () => `SwaggerUIBundle(${JSON.stringify(configurationFor(url))})`)
      await site.listen({ host: '127.0.0.1', port: Number(new URL(origin).port) })

      const { page, complaints } = await openDocs(browser, origin)
      await authorize(page, 'ada', secretFor('ada'))
      await page.reload({ waitUntil: 'networkidle' })
      t.match(await signedIn(page), /^Signed in as ada/)
      clock.advance(16 * 60_000)
      t.match(await tryOut(page, 'Users-getAccount'), { status: '200', body: { username: 'ada' } })
      t.match(
        complaints.filter((text) => !text.includes('401')),
        [],
        'only the expired token was rejected',
      )
    })
  }
})

/** What the page of a service written in any language passes to Swagger UI. */
function configurationFor(url: string) {
  const operation = {
    operationId: 'getAccount',
    tags: ['Users'],
    security: [{ signIn: ['account'] }],
    responses: { 200: { description: 'The account.' } },
  }
  return {
    dom_id: '#swagger-ui',
    docExpansion: 'list',
    spec: {
      openapi: '3.0.3',
      info: { title: 'Another service', version: '1' },
      servers: [{ url }],
      paths: { '/auth/users/me': { get: operation } },
      components: {
        securitySchemes: {
          signIn: {
            type: 'oauth2',
            flows: { password: { tokenUrl: '/auth/token', scopes: { account: 'Your own account' } } },
          },
        },
      },
    },
  }
}
