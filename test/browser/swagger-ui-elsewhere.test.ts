// @lane browser
import { readFile } from 'node:fs/promises'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { Browser } from 'playwright-core'
import t, { type Test } from 'tap'
import { freePort } from '../../scripts/free-port.ts'
import latchkey from '../../src/plugin.ts'
import { swaggerUiScript, swaggerUiTheme } from '../../src/swagger-ui.ts'
import { getMe, register, secretFor, signIn } from '../support/build.ts'
import { inBrowser } from '../support/chromium.ts'
import { authorize, foldUp, openDialog, openDocs, signedIn, submitDialog, tryOut } from '../support/docs-page.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { listening } from '../support/listening.ts'

inBrowser(t, 'the Swagger UI script in other services', async (t, browser) => {
  t.test('in a host with @fastify/swagger-ui, with the tokens in memory alone', async (t) => {
    const app = createHost(t)
    await app.register(swagger, { openapi: { info: { title: 'The host', version: '1' } } })
    await app.register(latchkey, { ...mountOptions, openapi: true })
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
    const dialog = await openDialog(page)
    await dialog.getByText('None: your password alone signs you in.').waitFor()
    await page.keyboard.press('Escape')
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
    [5, swaggerUi5, false],
    [4, 'node_modules/swagger-ui-4', true],
  ] as const) {
    t.test(`in a page of another origin, with Swagger UI ${version}`, async (t) => {
      const { clock, open } = await served(t, browser, { folder, isFirst })
      const { page, complaints } = await open(({ url }) => ({ spec: documentFor(url) }))
      await authorize(page, 'ada', secretFor('ada'))
      const dialog = await openDialog(page)
      t.equal(await dialog.locator('.latchkey-factors').count(), 0, 'the document has no operations for it')
      await page.keyboard.press('Escape')
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

  t.test('a relative token URL belongs to the server that is selected', async (t) => {
    const { open, url } = await served(t, browser)
    const servers = [{ url: '/nowhere/' }, { url: '{origin}/', variables: { origin: { default: url } } }]
    const { page, requested } = await open(() => ({ spec: { ...documentFor(url), servers } }))
    await page.locator('.servers select').first().selectOption('{origin}/')
    await authorize(page, 'ada', secretFor('ada'))
    t.ok(requested.includes(`${url}/auth/token`))
    t.match(await tryOut(page, 'Users-getAccount'), { status: '200', body: { username: 'ada' } })

    await foldUp(page, 'Users-getAccount')
    await page.locator('.servers select').first().selectOption('/nowhere/')
    await page.locator('.latchkey-session button').waitFor({ state: 'detached' })
    const asking = page.waitForRequest(/\/nowhere\/auth\/users\/me$/)
    await tryOut(page, 'Users-getAccount')
    t.equal(await (await asking).headerValue('authorization'), null, 'another server does not get the token')
    await page.locator('.servers select').first().selectOption('{origin}/')
    t.match(await signedIn(page), /^Signed in as ada/)
  })

  t.test('typing the URL of a server leaves one channel between tabs open', async (t) => {
    const { open, url } = await served(t, browser)
    const servers = [{ url: `${url}/{path}/`, variables: { path: { default: 'v1' } } }]
    const { page } = await open(() => ({ spec: { ...documentFor(url), servers } }))
    await page.addInitScript(countChannels)
    await page.reload({ waitUntil: 'networkidle' })
    await page.locator('.servers input[type=text]').press('End')
    await page.keyboard.type('.2.3')
    t.strictSame(await page.evaluate('[...channels]'), [`latchkey.signIn.${url}/v1.2.3/auth/token`])
  })

  t.test('signing out sends the refresh token only to the origin of its token endpoint (A2)', async (t) => {
    const { app, open } = await served(t, browser, { attributes: 'data-revocation-url="/stranger/revoke"' })
    const { page, requested } = await open(({ url }) => ({ spec: documentFor(url) }))
    await authorize(page, 'ada', secretFor('ada'))
    await page.locator('.latchkey-session button').click()
    await page.getByText('Signed out.', { exact: true }).waitFor()
    // A request for it would have been sent before the next sign-in.
    await authorize(page, 'ada', secretFor('ada'))
    t.notOk(requested.some((one) => one.includes('revoke')))
    t.equal((await signIn(app, 'ada')).statusCode, 200)
  })

  for (const [place, operationServer] of [
    ['its own server', undefined],
    ['another origin', 'http://stranger.invalid'],
  ] as const) {
    t.test(`a token whose user signed out before its request was sent does not go to ${place} (A4)`, async (t) => {
      const { open, url } = await served(t, browser)
      // A plugin of the page that sends requests later.
      const hold = `() => ({ statePlugins: { spec: { wrapActions: { executeRequest: (original) => (request) => {
        window.release = () => original(request)
      } } } } })`
      const content = operationServer === undefined ? {} : { operationServer }
      const { page } = await open(() => ({ spec: documentFor(url, content) }), { plugins: `[${hold}]` })
      await page.route('http://stranger.invalid/**', (route) => route.fulfill(allowed))
      await authorize(page, 'ada', secretFor('ada'))
      const block = page.locator('#operations-Users-getAccount')
      await block.locator('.opblock-summary-control').click()
      await block.locator('.try-out__btn').click()
      await block.locator('.btn.execute').click()
      await page.waitForFunction('window.release !== undefined')
      await page.locator('.latchkey-session button').click()
      await page.getByText('Signed out.', { exact: true }).waitFor()
      const asking = page.waitForRequest(
        (request) => request.url() === `${operationServer ?? url}/auth/users/me` && request.method() === 'GET',
      )
      await page.evaluate('void release()')
      t.equal(await (await asking).headerValue('authorization'), null)
    })
  }

  t.test('two schemes with the password flow have a session each', async (t) => {
    const { app, open } = await served(t, browser)
    await register(app, 'grace')
    const { page, complaints } = await open(({ url }) => ({
      spec: documentFor(url, { schemes: ['signIn', 'partner'] }),
    }))
    await openDialog(page)
    const signInAs = async (scheme: string, username: string) => {
      const form = page.locator('.latchkey-form', { has: page.getByText(`${scheme} (OAuth2, password)`) })
      await form.getByLabel('Username').fill(username)
      await form.getByLabel('Password', { exact: true }).fill(secretFor(username))
      await form.getByLabel('Password', { exact: true }).press('Enter')
      await page.locator('.dialog-ux').waitFor({ state: 'detached' })
    }
    await signInAs('partner', 'grace')
    await page.locator('.auth-wrapper .btn.authorize').click()
    await signInAs('signIn', 'ada')
    const lines = page.locator('.latchkey-session p')
    t.match(await lines.nth(0).innerText(), /^signIn: Signed in as ada/)
    t.match(await lines.nth(1).innerText(), /^partner: Signed in as grace/)
    t.match(await tryOut(page, 'Users-getAccount'), { status: '200', body: { username: 'ada' } })
    t.match(await tryOut(page, 'Users-partner'), { status: '200', body: { username: 'grace' } })

    await lines.nth(0).getByRole('button').click()
    await page.getByText('signIn: Signed out.').waitFor()
    t.match(await lines.nth(1).innerText(), /^partner: Signed in as grace/)
    t.strictSame(complaints, [])
  })

  t.test('with persistAuthorization, Swagger UI stores other authorizations, but no token of a session', async (t) => {
    const { open } = await served(t, browser)
    const { page } = await open(({ url }) => ({ spec: documentFor(url), persistAuthorization: true }))
    await authorize(page, 'ada', secretFor('ada'))
    const dialog = await openDialog(page, 'apiKey')
    await dialog.locator('input').fill('a key')
    await dialog.locator('button.authorize').click()
    await dialog.getByText('Logout', { exact: true }).waitFor()
    const stored = JSON.parse(await page.evaluate("localStorage.getItem('authorized')"))
    t.match(stored, { key: { value: 'a key' } })
    t.strictSame(Object.keys(stored), ['key'])

    await page.reload({ waitUntil: 'networkidle' })
    t.match(await signedIn(page), /^Signed in as ada/)
    await (await openDialog(page, 'apiKey')).getByText('Logout', { exact: true }).waitFor()
  })

  t.test('servers of a single operation do not get the token, unless the page allows their origin', async (t) => {
    for (const [attributes, expected] of [
      ['', null],
      ['data-origins="http://other.invalid http://stranger.invalid"', /^Bearer eyJ/],
    ] as const) {
      const { open } = await served(t, browser, { attributes })
      const { page } = await open(({ url }) => ({
        spec: documentFor(url, { operationServer: 'http://stranger.invalid' }),
      }))
      await page.route('http://stranger.invalid/**', (route) => route.fulfill(allowed))
      await authorize(page, 'ada', secretFor('ada'))
      const asking = page.waitForRequest(
        (request) => request.url().startsWith('http://stranger') && request.method() === 'GET',
      )
      await tryOut(page, 'Users-getAccount')
      t.match(await (await asking).headerValue('authorization'), expected)
    }
  })

  t.test('texts of a document and of error responses cannot run scripts', async (t) => {
    const { open } = await served(t, browser)
    const attack = '<img src="/none" onerror="window.attacked = true"><script>window.attacked = true</script>'
    const { page } = await open(({ url }) => ({ spec: documentFor(url, { text: attack }) }))
    await page.route('**/auth/token', (route) =>
      route.fulfill({ ...allowed, status: 400, json: { error: 'invalid_grant', error_description: attack } }),
    )
    const dialog = await openDialog(page)
    await submitDialog(dialog, attack, 'a password')
    t.equal(await dialog.locator('.errors').innerText(), attack)
    t.match(await dialog.locator('.latchkey-scopes').innerText(), attack)

    await page.unroute('**/auth/token')
    const busy = { status: 429, headers: { ...allowed.headers, 'retry-after': '7' }, json: { error: 'slow_down' } }
    await page.route('**/auth/token', (route) => route.fulfill(busy))
    await submitDialog(dialog, attack, 'a password')
    await dialog.getByText('slow_down. Try again in 7 seconds.').waitFor()

    await page.unroute('**/auth/token')
    await page.route('**/auth/token', (route) =>
      route.fulfill({ ...allowed, json: { access_token: attack, token_type: 'bearer', scope: attack } }),
    )
    await submitDialog(dialog, attack, 'a password')
    t.ok((await signedIn(page)).includes(`Signed in as ${attack}`))
    t.equal(await page.evaluate('window.attacked'), undefined)
  })
})

const swaggerUi5 = 'node_modules/@fastify/swagger-ui/static'

/** Keeps the names of the open channels in `channels`. */
const countChannels = `
window.channels = new Set()
window.BroadcastChannel = class extends BroadcastChannel {
  constructor(name) {
    super(name)
    channels.add(name)
  }
  close() {
    channels.delete(this.name)
    super.close()
  }
}`

/** A response that other origins may read. */
const allowed = {
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*, authorization',
    'access-control-expose-headers': '*',
  },
}

interface Site {
  folder?: string
  /** Whether the script comes before the bundle. */
  isFirst?: boolean
  attributes?: string
}

/** Latchkey with the user ada, and a page of another service. */
async function served(t: Test, browser: Browser, { folder = swaggerUi5, isFirst = false, attributes = '' }: Site = {}) {
  const site = createHost(t)
  const origin = `http://127.0.0.1:${await freePort()}`
  const built = await listening(t, { environment: { CORS_ORIGINS: origin } })
  const { url } = built
  await register(built.app, 'ada')

  const send = (path: string, type: string, content: () => Promise<string>) =>
    site.get(path, async (_request, reply) => reply.type(type).send(await content()))
  const scripts = [
    // The first of two attributes with the same name counts.
    `<script src="/latchkey.js" data-storage="session" ${attributes} data-revocation-url="${url}/auth/revoke">` +
      '</script>',
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

  return {
    ...built,
    /** @param plugins the source of an array of further plugins */
    async open(configure: (service: { url: string }) => object, { plugins = '[]' } = {}) {
      const configuration = JSON.stringify({ dom_id: '#swagger-ui', docExpansion: 'list', ...configure({ url }) })
      const start = `SwaggerUIBundle({ ...${configuration}, plugins: ${plugins} })`
      send('/start.js', 'text/javascript', async () => start)
      await site.listen({ host: '127.0.0.1', port: Number(new URL(origin).port) })
      return { ...(await openDocs(browser, origin)), origin }
    },
  }
}

interface Content {
  schemes?: string[]
  operationServer?: string
  text?: string
}

/** The document of a service written in any language. */
function documentFor(url: string, { schemes = ['signIn'], operationServer, text = 'Your own account' }: Content = {}) {
  const operationFor = (scheme: string) => ({
    operationId: scheme === 'signIn' ? 'getAccount' : scheme,
    tags: ['Users'],
    summary: text,
    security: [{ [scheme]: ['account'] }],
    responses: { 200: { description: text } },
    ...(operationServer === undefined ? {} : { servers: [{ url: operationServer }] }),
  })
  const flow = { tokenUrl: 'auth/token', scopes: { account: text } }
  return {
    openapi: '3.0.3',
    info: { title: 'Another service', version: '1', description: text },
    servers: [{ url }],
    // With and without a slash at the end.
    paths: Object.fromEntries(
      schemes.map((scheme, index) => [`/auth/users/me${'/'.repeat(index)}`, { get: operationFor(scheme) }]),
    ),
    components: {
      securitySchemes: {
        ...Object.fromEntries(
          schemes.map((scheme) => [scheme, { type: 'oauth2', description: text, flows: { password: flow } }]),
        ),
        key: { type: 'apiKey', in: 'header', name: 'x-key' },
      },
    },
  }
}
