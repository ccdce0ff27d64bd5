// @lane browser
import t from 'tap'
import { build, register, secretFor, signIn, type TokenResponse } from '../support/build.ts'
import { inBrowser, newContext, watch } from '../support/chromium.ts'
import { authorize } from '../support/docs-page.ts'

inBrowser(t, 'signing out in a browser', async (t, browser) => {
  t.test('a sign-out on this origin clears the app’s storage, and one from another site does not', async (t) => {
    const { app } = await build(t, { environment: { CLEAR_SITE_DATA: 'storage' } })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    await register(app, 'ada')
    const tokenOfAnother = async () => (await signIn(app, 'ada')).json<TokenResponse>().refresh_token
    const context = await newContext(browser)
    t.teardown(() => context.close())

    const home = await context.newPage()
    const { complaints } = watch(home)
    await home.goto(`${url}/docs/`)
    await home.evaluate("localStorage.setItem('refresh_token', 'kept')")
    await context.addCookies([{ name: 'theirs', value: 'kept', url }])
    const kept = () => home.evaluate("[localStorage.getItem('refresh_token'), document.cookie].join()")
    const revoke = async (options = '') =>
      home.evaluate(
        `fetch('/auth/revoke', { method: 'POST', body: new URLSearchParams({ token: ` +
          `'${await tokenOfAnother()}' })${options} }).then((answer) => answer.text().then(() => ` +
          'answer.status))',
      )

    const elsewhere = await context.newPage()
    await elsewhere.setContent(
      `<form method="post" action="${url}/auth/revoke"><input name="token" ` +
        `value="${await tokenOfAnother()}"><button>Win a prize</button></form>`,
    )
    const [answer] = await Promise.all([
      elsewhere.waitForResponse(`${url}/auth/revoke`),
      elsewhere.getByRole('button').click(),
    ])
    t.strictSame([answer.status(), await answer.request().headerValue('sec-fetch-site')], [200, 'cross-site'])
    t.equal(await kept(), 'kept,theirs=kept')

    const complained = home.waitForEvent('console', (message) => message.text().includes('Clear-Site-Data'))
    t.equal(await revoke(", credentials: 'omit'"), 200)
    await complained
    t.match(complaints.splice(0), [/Clear-Site-Data/], 'the browser reports that it ignores the header')
    t.equal(await kept(), 'kept,theirs=kept', 'an app with several accounts can sign out one of them')

    t.equal(await revoke(), 200)
    t.equal(await kept(), ',theirs=kept')
    t.strictSame(complaints, [])
  })

  t.test(
    'the pages store nothing while signed out, and by default an app keeps its storage after a sign-out (C7)',
    async (t) => {
      const { app } = await build(t)
      const url = await app.listen({ host: '127.0.0.1', port: 0 })
      await register(app, 'ada')
      const { refresh_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
      const context = await newContext(browser)
      t.teardown(() => context.close())
      const home = await context.newPage()
      const { complaints } = watch(home)
      const stored = () =>
        home.evaluate(`Promise.all([indexedDB.databases(), caches.keys()]).then(([databases, cached]) =>
        [localStorage.length, sessionStorage.length, databases.length, cached.length].join())`)
      for (const path of ['/auth/verify-email', '/auth/reset-password', '/auth/invitation', '/docs/']) {
        await home.goto(url + path)
        t.equal(await stored(), '0,0,0,0', path)
      }
      await authorize(home, 'ada', secretFor('ada'))
      t.equal(await stored(), '1,1,0,0', 'the docs page remembers its session')

      await home.evaluate("localStorage.setItem('draft', 'kept')")
      const revoke = `fetch('/auth/revoke', { method: 'POST', body: new URLSearchParams({ token: '${token}' }) })
      .then((answer) => answer.text().then(() => answer.status))`
      const [answer, status] = await Promise.all([home.waitForResponse(`${url}/auth/revoke`), home.evaluate(revoke)])
      t.strictSame([status, await answer.headerValue('clear-site-data')], [200, '"cache"'])
      t.equal(await home.evaluate("localStorage.getItem('draft')"), 'kept')
      t.strictSame(complaints, [])

      const confirmed = home.waitForResponse(`${url}/auth/revoke`)
      await home.locator('.latchkey-session button').click()
      t.equal(await (await confirmed).headerValue('clear-site-data'), null)
      await home.getByText('Signed out.').waitFor()
      t.equal(await stored(), '1,0,0,0', 'the draft alone')
      t.strictSame(complaints, [])
    },
  )
})
