// @lane browser
import t from 'tap'
import { register, secretFor } from '../support/build.ts'
import { listening } from '../support/listening.ts'
import { inBrowser, lanName } from '../support/chromium.ts'
import { authorize, openDialog, openDocs, submitDialog, takePicture, tryOut } from '../support/docs-page.ts'

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
      ['Sign-in', 'Account', 'Recovery', 'Administration', 'Token verification', 'Health'],
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
    await register(app, 'ada')
    const { page, complaints } = await openDocs(browser, url)

    const dialog = await openDialog(page)
    t.match(await dialog.innerText(), /Flow: password/)
    t.equal(await page.evaluate('document.activeElement.id'), 'oauth_username', 'the username field has the focus')
    t.strictSame(await dialog.locator('.scopes .name').allInnerTexts(), [
      'account',
      'audit:read',
      'clients:write',
      'keys:write',
      'users:read',
      'users:write',
    ])

    const asking = page.waitForRequest(`${url}/auth/token`)
    await submitDialog(dialog, 'ada', secretFor('ada'), ['account'])
    await dialog.getByText('Logout', { exact: true }).waitFor()
    const asked = new URLSearchParams((await asking).postData() ?? '')
    t.equal(asked.get('scope'), 'account')

    await dialog.locator('.btn-done').click()
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    t.strictSame(complaints, [])
  })

  t.test('the dialog shows why a sign-in failed and then accepts the right password', async (t) => {
    const { app, url } = await listening(t)
    await register(app, 'ada')
    const { page, complaints } = await openDocs(browser, url)

    const dialog = await openDialog(page)
    await submitDialog(dialog, 'ada', secretFor('somebody else'))
    t.match(await dialog.locator('.errors').innerText(), 'Incorrect username or password')
    t.equal(await dialog.getByText('Logout', { exact: true }).count(), 0)
    t.strictSame(complaints.splice(0).sort(), [
      `401: ${url}/auth/token`,
      'Failed to load resource: the server responded with a status of 401 (Unauthorized)',
    ])

    await submitDialog(dialog, 'ada', secretFor('ada'))
    await dialog.getByText('Logout', { exact: true }).waitFor()
    t.strictSame(complaints, [])
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

  t.test('query parameters of the page have no effect (F7)', async (t) => {
    const { url } = await listening(t)
    const foreign = 'http://stranger.invalid/openapi.json'
    const plain = await openDocs(browser, `${url}/docs/`)
    t.match(await plain.page.locator('.info').innerText(), `${url}/docs/json`)

    for (const [path, document] of [
      ['/docs', foreign],
      ['/docs/', foreign],
      ['/docs/', `${url}/health/live`],
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
