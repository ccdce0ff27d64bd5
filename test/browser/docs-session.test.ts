// @lane browser
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { getMe, postForm, register, secretFor, signIn } from '../support/build.ts'
import { inBrowser, lanName, newContext } from '../support/chromium.ts'
import {
  authorize,
  foldUp,
  openDialog,
  openDocs,
  openDocsIn,
  signedIn,
  submitDialog,
  tryOut,
} from '../support/docs-page.ts'
import { codeAt, enrolled, wrongCodeAt } from '../support/factors.ts'
import { listening } from '../support/listening.ts'

inBrowser(t, 'the session of the docs page', async (t, browser) => {
  t.test('it survives a reload; no storage has the password or the access token', async (t) => {
    const { page, complaints } = await authorized(t)
    const { local, session } = await storagesOf(page)
    t.notMatch(local + session, secretFor('ada'))
    t.notMatch(local + session, /eyJ/, 'the access token is in memory alone')
    t.match(session, /rt_/)
    t.notMatch(local, /[rd]t_/, 'tabs share no token')

    await page.reload({ waitUntil: 'networkidle' })
    t.match(await signedIn(page), /^Signed in as ada with account/)
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    t.strictSame(complaints, [])
  })

  t.test('the dialog asks for the second factor after the password', async (t) => {
    const { app, clock, url } = await listening(t)
    const { secret } = await enrolled(app, clock, 'ada')
    const { page, complaints } = await openDocs(browser, `${url}/docs/`)
    t.teardown(() => page.context().close())
    const dialog = await openDialog(page)
    await submitDialog(dialog, 'ada', secretFor('ada'))
    const code = dialog.locator('#oauth_otp')
    await code.fill(wrongCodeAt(secret, clock.now()))
    t.equal(await dialog.locator('input[type=password]').count(), 0, 'the password has left the page')
    await code.press('Enter')
    await dialog.getByText('The code is wrong or was already used').waitFor()
    await code.fill(codeAt(secret, clock.now()))
    await code.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    t.match(await signedIn(page), /^Signed in as ada/)
    // Chromium complains about each of them a second time.
    const rejected = complaints.filter((complaint) => !complaint.startsWith('Failed to load resource'))
    t.strictSame(rejected, [`403: ${url}/auth/token`, `400: ${url}/auth/token`])
  })

  t.test('it is refreshed before the access token expires', async (t) => {
    const { clock, page, requested, complaints } = await authorized(t, { withPageClock: true })
    clock.advance(14.5 * 60_000)
    const refreshed = page.waitForResponse(/\/auth\/token$/)
    await page.clock.fastForward(14.5 * 60_000)
    await refreshed
    await page.getByText('valid for 15 min').waitFor()
    clock.advance(60_000)
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200' })
    t.equal(requested.filter((url) => url.endsWith('/auth/token')).length, 2)
    t.strictSame(complaints, [])
  })

  t.test('calls with an expired access token are repeated with a new one, which curl shows', async (t) => {
    const { clock, page, requested } = await authorized(t)
    clock.advance(16 * 60_000)
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    t.equal(requested.filter((url) => url.endsWith('/auth/token')).length, 2)
    const curl = await page.locator('#operations-Account-getAccount .curl').innerText()
    const used = /Bearer ([\w.-]+)/.exec(curl)?.[1] ?? ''
    t.match(curl, /^curl -X 'GET' \\\s+'http:\/\/127\.0\.0\.1:\d+\/auth\/users\/me' \\/)
    t.match(JSON.parse(Buffer.from(used.split('.')[1]!, 'base64url').toString()), {
      iat: Math.floor(clock.now() / 1000),
    })
  })

  t.test('a call that is rejected again is not repeated once more', async (t) => {
    const { page, requested } = await authorized(t)
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
    await page.route(/\/users\/me$/, (route) => route.fulfill({ status: 401, headers, json: {} }))
    t.match(await tryOut(page, 'Account-getAccount'), { status: /^401/ })
    t.equal(requested.filter((url) => url.endsWith('/users/me')).length, 2)
    t.match(await signedIn(page), /^Signed in as ada/)
  })

  t.test('without the service, the page says that the access token has expired (A5)', async (t) => {
    const { clock, page } = await authorized(t, { withPageClock: true })
    await page.route(/\/auth\/token$/, (route) => route.abort())
    clock.advance(20 * 60_000)
    await page.clock.fastForward(20 * 60_000)
    const line = page.locator('.latchkey-session p')
    await line.filter({ hasText: 'access token expired. The server could not be reached.' }).waitFor()
    t.match(await line.innerText(), /^Signed in as ada/)

    await page.unroute(/\/auth\/token$/)
    await page.clock.fastForward(60_000)
    await line.filter({ hasText: 'valid for 15 min' }).waitFor()
    t.notMatch(await line.innerText(), 'could not be reached')
  })

  t.test('a session that ended elsewhere is noticed', async (t) => {
    const { app, page } = await authorized(t)
    const { session } = await storagesOf(page)
    await postForm(app, '/auth/revoke', { token: /rt_[\w-]+/.exec(session)![0] })
    t.match(await tryOut(page, 'Account-getAccount'), { status: /^401/ })
    await page.getByText('Your session has ended. Sign in again.').waitFor()
    t.strictSame(await storagesOf(page), { local: '{}', session: '{}' })
  })

  t.test('signing out ends it on the server and forgets everything', async (t) => {
    const { app, page } = await authorized(t)
    const asking = page.waitForRequest(/\/auth\/users\/me$/)
    await tryOut(page, 'Account-getAccount')
    const token = ((await (await asking).headerValue('authorization')) ?? '').replace('Bearer ', '')
    await page.evaluate('localStorage.setItem("the app", "its own")')
    const revoking = page.waitForResponse(/\/auth\/revoke$/)
    await page.locator('.latchkey-session button').click()
    await revoking
    await page.getByText('Signed out.', { exact: true }).waitFor()
    t.strictSame(await storagesOf(page), { local: '{"the app":"its own"}', session: '{}' })
    t.equal((await getMe(app, token)).statusCode, 401)
    await foldUp(page, 'Account-getAccount')
    t.match(await tryOut(page, 'Account-getAccount'), { status: /^401/, body: { detail: 'Not authenticated' } })
  })

  for (const [place, host] of [
    ['with locks', '127.0.0.1'],
    ['over plain HTTP, without locks', lanName],
  ] as const) {
    t.test(`a duplicated tab shares the newer tokens; a stale copy presents no old one (${place})`, async (t) => {
      const { app, clock, context, lines, page, url } = await authorized(t, { host })
      const copied: string = await page.evaluate('JSON.stringify(sessionStorage)')
      const duplicate = async ({ isPatient }: { isPatient: boolean }) => {
        const tab = await context.newPage()
        await tab.addInitScript(`Object.assign(sessionStorage, ${copied})`)
        if (isPatient) await tab.addInitScript(waitLongerForTabs)
        await tab.goto(`${url}/docs/`, { waitUntil: 'networkidle' })
        return tab
      }

      clock.advance(16 * 60_000)
      t.match(await tryOut(page, 'Account-getAccount'), { status: '200' })
      const second = await duplicate({ isPatient: true })
      t.match(await signedIn(second), /^Signed in as ada/)
      t.match(await tryOut(second, 'Account-getAccount'), { status: '200' })

      await page.close()
      await second.close()
      clock.advance(60 * 60_000)
      const stale = await duplicate({ isPatient: false })
      await stale.getByText('your session continued in another tab').waitFor()
      t.notOk(lines.some((line) => line.includes('refresh_token_reused')))
      t.equal((await signIn(app, 'ada')).statusCode, 200)
    })
  }

  t.test('it works behind a proxy that strips a path and sets no header', async (t) => {
    const { app, url } = await listening(t, { environment: { TRUST_PROXY: '' } })
    await register(app, 'ada')
    const context = await newContext(browser)
    await context.route('http://127.0.0.1:9/some/api/**', (route) => {
      const target = route.request().url().replace('http://127.0.0.1:9/some/api', url)
      return route.fetch({ url: target, maxRedirects: 0 }).then((response) => route.fulfill({ response }))
    })
    const { page, complaints } = await openDocsIn(context, 'http://127.0.0.1:9/some/api/docs/')
    await authorize(page, 'ada', secretFor('ada'))
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    t.strictSame(complaints, [])
  })

  t.test('it works under another prefix', async (t) => {
    const { app, url } = await listening(t, { environment: { PREFIX: '/v1/identity' } })
    await app.inject({
      method: 'POST',
      url: '/v1/identity/users',
      payload: { username: 'ada', password: secretFor('ada') },
    })
    const { page, complaints } = await openDocs(browser, url)
    await authorize(page, 'ada', secretFor('ada'))
    t.match(await tryOut(page, 'Account-getAccount'), { status: '200', body: { username: 'ada' } })
    t.strictSame(complaints, [])
  })

  /** The page of a fresh service, on which ada is signed in. */
  async function authorized(t: Test, { host = '127.0.0.1', withPageClock = false } = {}) {
    const built = await listening(t)
    await register(built.app, 'ada')
    const url = built.url.replace('127.0.0.1', host)
    const opened = await openDocs(browser, url)
    if (withPageClock) {
      await opened.page.clock.install()
      await opened.page.reload({ waitUntil: 'networkidle' })
    }
    await authorize(opened.page, 'ada', secretFor('ada'))
    return { ...built, ...opened, context: opened.page.context(), url }
  }
})

/** On a busy machine, another tab may need longer for its answer than a page waits. */
const waitLongerForTabs = `{
  const { setTimeout } = window
  window.setTimeout = (task, ms = 0, ...values) => setTimeout(task, ms < 1000 ? ms : 60_000, ...values)
}`

async function storagesOf(page: Page): Promise<{ local: string; session: string }> {
  const texts: string = await page.evaluate(
    'JSON.stringify([localStorage, sessionStorage].map((s) => JSON.stringify(s)))',
  )
  const [local, session] = JSON.parse(texts)
  return { local, session }
}
