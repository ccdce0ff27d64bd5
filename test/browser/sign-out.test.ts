// @lane browser
import t from 'tap'
import { build, register, signIn, type TokenResponse } from '../support/build.ts'
import { inBrowser, watch } from '../support/chromium.ts'

inBrowser(t, 'a sign-out in a browser', async (t, browser) => {
  t.test(
    'what the app has kept on this origin is gone after a sign-out here, and not after one from another site',
    async (t) => {
      const { app } = await build(t)
      const url = await app.listen({ host: '127.0.0.1', port: 0 })
      await register(app, 'ada')
      const tokenOfAnother = async () => (await signIn(app, 'ada')).json<TokenResponse>().refresh_token
      const context = await browser.newContext()
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

      t.equal(await revoke(", credentials: 'omit'"), 200)
      t.match(complaints.splice(0), [/Clear-Site-Data/], 'the browser says that it does nothing')
      t.equal(await kept(), 'kept,theirs=kept', 'an app with several accounts can sign out one of them')

      t.equal(await revoke(), 200)
      t.equal(await kept(), ',theirs=kept')
      t.strictSame(complaints, [])
    },
  )
})
