// @lane browser
import { readFile } from 'node:fs/promises'
import type { Locator, Request } from 'playwright-core'
import t from 'tap'
import { register, secretFor } from '../support/build.ts'
import { listening } from '../support/listening.ts'
import { inBrowser, lanName, newContext } from '../support/chromium.ts'
import { authorize, openDialog, openDocs, signedIn, submitDialog, takePicture, tryOut } from '../support/docs-page.ts'

/** Set by hand to the file for the README's screenshot of the page. */
const { SCREENSHOT } = process.env

inBrowser(t, 'the docs page', async (t, browser) => {
  t.test('the root URL of the service leads to the page, which loads without errors', async (t) => {
    const { url } = await listening(t)
    const { page, complaints, requested } = await openDocs(browser, url)
    t.equal(page.url(), `${url}/docs/`)
    t.equal(await page.title(), 'Latchkey')
    t.strictSame(complaints, [])
    t.strictSame(
      requested.filter((address) => !address.startsWith(`${url}/`)),
      [],
      'the page sends no request to other origins',
    )
    t.strictSame(
      await page.locator('.opblock-tag').evaluateAll((tags) => tags.map((tag) => tag.getAttribute('data-tag'))),
      ['Sign-in', 'Account', 'Second factors', 'Recovery', 'Administration', 'Token verification', 'Health'],
    )
    t.match(await page.locator('.info .description').innerText(), /Try it out.*Execute.*Authorize/s)
    t.equal(await page.locator('.servers').count(), 0, 'there is no choice of servers')
    t.equal(await page.locator('.info__license a').getAttribute('href'), 'https://spdx.org/licenses/MIT.html')
  })

  t.test('the page works over plain HTTP under a local network name', async (t) => {
    const { app, url } = await listening(t)
    await register(app, 'ada')
    const { page, complaints } = await openDocs(browser, url.replace('127.0.0.1', lanName))
    await authorize(page, 'ada', secretFor('ada'))
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    t.strictSame(complaints, [])
  })

  t.test('a user registers, authorizes and gets the account', async (t) => {
    const { url } = await listening(t, {}, SCREENSHOT === undefined ? 0 : 3000)
    const { page, complaints } = await openDocs(browser, url)
    const ada = { username: 'ada', password: secretFor('ada'), name: 'Ada Lovelace', email: 'ada@example.com' }

    t.match(await tryOut(page, 'Sign-in-registerUser', { json: ada }), {
      status: '201',
      body: { username: 'ada', name: 'Ada Lovelace' },
    })
    await page.locator('#operations-Sign-in-registerUser .opblock-summary-control').click()
    await authorize(page, ada.username, ada.password)
    t.match(await tryOut(page, 'Account-getAccount'), {
      status: '200',
      body: { username: 'ada', email: 'ada@example.com' },
    })

    if (SCREENSHOT !== undefined) await takePicture(page, SCREENSHOT)
    t.strictSame(complaints, [])
    t.notMatch(
      await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])'),
      secretFor('ada'),
      'the browser stores no password',
    )
  })

  t.test('the dialog offers the password flow with its scopes, and signs in with one of them ticked', async (t) => {
    const { app, url } = await listening(t)
    await app.latchkey.createUser({ username: 'ada', password: secretFor('ada'), scopes: ['users:read'] })
    const { page, complaints } = await openDocs(browser, url)

    const dialog = await openDialog(page)
    await page.locator('#oauth_username:focus').waitFor()
    t.strictSame(await dialog.locator('.name').allInnerTexts(), [
      'account',
      'audit:read',
      'clients:write',
      'keys:write',
      'users:read',
      'users:write',
    ])
    t.strictSame(
      await dialog.locator('input:checked').evaluateAll((fields) => fields.map((field) => field.getAttribute('value'))),
      ['account'],
      'the usual scope is selected',
    )
    t.notOk(await dialog.locator('#oauth_client_id').isVisible(), 'the fields for clients are folded away')
    t.ok(await isInSight(dialog.locator('button.authorize')), 'the button is shown without scrolling')

    const asking = page.waitForRequest(`${url}/auth/token`)
    await submitDialog(dialog, 'ada', secretFor('ada'), ['users:read'])
    const asked = new URLSearchParams((await asking).postData() ?? '')
    t.equal(asked.get('scope'), 'account users:read')
    t.match(await signedIn(page), /^Signed in as ada with account users:read, access token valid for 15 min/)
    await page.locator('.dialog-ux').waitFor({ state: 'detached' })
    await page.locator('.auth-wrapper .btn.authorize:focus').waitFor()

    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    t.strictSame(complaints, [])
  })

  t.test('the dialog shows why a sign-in failed and then accepts the right password', async (t) => {
    const { app, clock, url } = await listening(t, { environment: { SIGN_IN_ATTEMPTS: '1' } })
    await register(app, 'ada')
    const { page, complaints } = await openDocs(browser, url)

    const dialog = await openDialog(page)
    const complained = page.waitForEvent('console', (message) => message.text().includes('401'))
    await submitDialog(dialog, 'ada', secretFor('another user'))
    t.equal(await dialog.locator('.errors').innerText(), 'Incorrect username or password')
    await complained
    t.strictSame(complaints.splice(0).sort(), [
      `401: ${url}/auth/token`,
      'Failed to load resource: the server responded with a status of 401 (Unauthorized)',
    ])

    await dialog.locator('#oauth_password').press('Enter')
    await dialog.locator('.errors', { hasText: 'Too many attempts. Wait a second, then try again.' }).waitFor()
    complaints.length = 0
    clock.advance(1000)
    await dialog.locator('#oauth_password').fill(secretFor('ada'))
    await dialog.locator('button.authorize').click()
    await signedIn(page)
    t.strictSame(
      complaints.filter((text) => !text.includes('429')),
      [],
    )
  })

  for (const viewport of [
    { width: 1200, height: 900 },
    { width: 1200, height: 1200 },
    { width: 390, height: 844 },
  ]) {
    t.test(`the reason of a failed sign-in is in sight at ${viewport.width} x ${viewport.height} (A3)`, async (t) => {
      const { url } = await listening(t, { environment: { SIGN_IN_ATTEMPTS: '1' } })
      const { page } = await openDocs(browser, url, { viewport })
      const dialog = await openDialog(page)
      const reason = dialog.locator('.errors')
      for (const text of ['Incorrect username or password', 'Too many attempts']) {
        await submitDialog(dialog, 'ada', secretFor('ada'))
        await reason.filter({ hasText: text }).waitFor()
        t.ok(await isInSight(reason), text)
      }
    })
  }

  t.test('Tab stays in the dialog', async (t) => {
    const { url } = await listening(t)
    const { page } = await openDocs(browser, url)
    await openDialog(page)
    const last = page.locator('.modal-ux button').last()
    await last.focus()
    await page.keyboard.press('Tab')
    await page.locator('.modal-ux .close-modal:focus').waitFor()
    await page.keyboard.press('Shift+Tab')
    t.ok(await last.evaluate((button) => button.matches(':focus')))
  })

  t.test('the sign-in operation needs only a username and a password', async (t) => {
    const { app, url } = await listening(t)
    await register(app, 'ada')
    const { page, complaints } = await openDocs(browser, url)
    const answer = await tryOut(page, 'Sign-in-issueToken', { form: { username: 'ada', password: secretFor('ada') } })
    t.match(answer, { status: '200', body: { token_type: 'bearer', access_token: /^eyJ/ } })
    t.strictSame(complaints, [])
  })

  t.test('without authorization, an operation shows the 401', async (t) => {
    const { url } = await listening(t)
    const { page } = await openDocs(browser, url)
    t.match(await tryOut(page, 'Account-getAccount'), { status: /^401/, body: { detail: 'Not authenticated' } })
  })

  t.test('the first load is small, and the files come from the cache afterwards', async (t) => {
    // Over plain HTTP, browsers accept no brotli, except from loopback.
    const url = (await listening(t)).url.replace('127.0.0.1', lanName)
    const context = await newContext(browser)
    const page = await context.newPage()
    const isDocument = (request: Request) => request.url() === `${url}/openapi.json`
    const sizes = async () => {
      const requests: Request[] = []
      const note = (request: Request) => requests.push(request)
      page.on('requestfinished', note)
      // The network is idle also while a busy machine compiles the scripts.
      await Promise.all([page.waitForEvent('requestfinished', isDocument), page.goto(`${url}/docs/`)])
      await page.locator('.opblock').first().waitFor()
      page.off('requestfinished', note)
      return Promise.all(
        requests.map(async (request) => {
          const { responseBodySize } = await request.sizes()
          const response = await request.response()
          const encoding = await response?.headerValue('content-encoding')
          return { name: new URL(request.url()).pathname, bytes: responseBodySize, encoding }
        }),
      )
    }
    const first = await sizes()
    const total = first.reduce((sum, { bytes }) => sum + bytes, 0)
    const isBundle = ({ name }: { name: string }) => name.endsWith('/swagger-ui-bundle.js')
    t.match(first.find(isBundle), { encoding: 'gzip' })
    t.ok(total > 100_000 && total <= 500_000, `${total} bytes`)

    await page.goto('about:blank')
    const second = await sizes()
    t.ok(second.some(isBundle))
    t.strictSame(
      // Chromium fetches the icon when it likes.
      second.filter(({ name, bytes }) => bytes > 0 && !name.endsWith('/favicon.svg')),
      [],
      'everything is unchanged or in the cache',
    )
  })

  t.test('the page lacks only parts of Swagger UI that its document does not need', async (t) => {
    const { url } = await listening(t)
    const script = await (await fetch(`${url}/docs/static/swagger-ui-bundle.js`)).text()
    t.match(script, /^\/\* Swagger UI, without parts/, 'the parts fit the installed version of Swagger UI')

    const texts: string[] = []
    const document = JSON.parse(await (await fetch(`${url}/openapi.json`)).text(), (key, value: unknown) => {
      if (['description', 'summary'].includes(key) && typeof value === 'string') texts.push(value)
      return value
    })
    t.match(document, { openapi: /^3\.1\./ })
    t.ok(texts.length > 500, `${texts.length} texts`)
    const withoutCodeAndLinks = (text: string) => text.replaceAll(/`[^`]*`|\[[^\]]*\]\([^)]*\)|<[^>]*>/g, '')
    t.strictSame(
      texts.filter((text) => /www|@|:\/\//.test(withoutCodeAndLinks(text))),
      [],
      'bare URLs and e-mail addresses would not become links',
    )
  })

  t.test('the page uses no class whose rules its stylesheet lacks', async (t) => {
    const { url } = await listening(t)
    const load = async (name: string) => (await fetch(`${url}/docs/static/${name}`)).text()
    const classesOf = (stylesheet: string) => new Set(stylesheet.match(/(?<=\.)[a-z][\w-]*/gi))
    const whole = await readFile('node_modules/@fastify/swagger-ui/static/swagger-ui.css', 'utf8')
    const kept = classesOf(await load('swagger-ui.css'))
    const missing = [...classesOf(whole)].filter((name) => !kept.has(name))
    t.ok(missing.length > 1000, `${missing.length} classes`)
    const scripts = await Promise.all(['swagger-ui-bundle.js', 'latchkey-swagger-ui.js'].map(load))
    const words = new Set(scripts.join(' ').match(/[\w-]+/g))
    t.ok(words.has('opblock-summary'))
    t.strictSame(
      missing.filter((name) => words.has(name)),
      [],
    )
  })

  t.test('a filter finds operations, and tags collapse', async (t) => {
    const { url } = await listening(t)
    const { page } = await openDocs(browser, url)
    const shown = () =>
      page.locator('.opblock').evaluateAll((blocks) => blocks.map((block) => block.getAttribute('id')))
    const ofAdministrators = ['endUserSessions', 'endUserSession', 'endAllSessions'].map(
      (name) => `operations-Administration-${name}`,
    )
    await page.locator('.operation-filter-input').fill('delete session')
    await page.locator('#operations-Account-getAccount').waitFor({ state: 'detached' })
    t.strictSame(await shown(), [
      'operations-Account-endOtherAccountSessions',
      'operations-Account-endAccountSession',
      ...ofAdministrators,
    ])
    await page.locator('.opblock-tag[data-tag=Account]').click()
    await page.locator('#operations-Account-endAccountSession').waitFor({ state: 'detached' })
    t.strictSame(await shown(), ofAdministrators)

    await page.getByPlaceholder('Filter by tag, path, method or summary').fill('no such operation')
    await page.getByText('No operation matches the filter.').waitFor()
    t.strictSame(await shown(), [])
  })

  t.test('a link to an operation opens it', async (t) => {
    const { url } = await listening(t)
    const { page, complaints } = await openDocs(browser, `${url}/docs/#/Account/getAccount`)
    await page.locator('#operations-Account-getAccount.is-open').waitFor()
    t.strictSame(complaints, [])
  })

  t.test('it follows the dark mode of the system, and fits a screen of 390 pixels', async (t) => {
    const { app, url } = await listening(t)
    await register(app, 'ada')
    const { page, complaints } = await openDocs(browser, url, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    })
    const darkness = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const dark = await darkness()

    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
    t.equal(await overflow(), 0)
    await openDialog(page)
    t.equal(await overflow(), 0)
    t.ok(await isInSight(page.locator('#oauth_username')))
    t.ok(await isInSight(page.locator('.latchkey-form button.authorize')))
    await page.keyboard.press('Escape')
    await authorize(page, 'ada', secretFor('ada'))
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200' })
    t.equal(await overflow(), 0)
    const colorOf = (selector: string) => page.evaluate(`getComputedStyle(document.querySelector('${selector}')).color`)
    t.equal(await colorOf('.latchkey-session button'), await colorOf('.latchkey-session p'))

    await page.emulateMedia({ colorScheme: 'light' })
    await page.locator('html:not(.dark-mode)').waitFor({ state: 'attached' })
    t.not(await darkness(), dark)
    t.strictSame(complaints, [])
  })

  t.test('query parameters of the page have no effect (F7)', async (t) => {
    const { url } = await listening(t)
    const foreign = 'http://stranger.invalid/openapi.json'
    const plain = await openDocs(browser, `${url}/docs/`)
    t.match(await plain.page.locator('.info').innerText(), `${url}/openapi.json`)

    for (const [path, document] of [
      ['/docs', foreign],
      ['/docs/', foreign],
      ['/docs/', `${url}/health/live`],
      ['/docs/', '/static/'],
    ] as const) {
      const query = new URLSearchParams({ configUrl: document, url: document })
      const { page, complaints, requested } = await openDocs(browser, `${url}${path}?${query}`)
      t.equal(await page.locator('.info').innerText(), await plain.page.locator('.info').innerText())
      t.equal(await page.locator('.opblock').count(), await plain.page.locator('.opblock').count())
      t.notOk(requested.includes(document), `${document} is not requested`)
      t.strictSame(complaints, [])
    }
  })
})

/** Whether a user sees the middle of an element without scrolling. */
async function isInSight(element: Locator): Promise<boolean> {
  const { x, y, width, height } = (await element.boundingBox())!
  const seen = await element.page().evaluateHandle(`document.elementFromPoint(${x + width / 2}, ${y + height / 2})`)
  return element.evaluate((expected, found) => expected === found, seen)
}
