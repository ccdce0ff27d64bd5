// @lane browser
import { readFile } from 'node:fs/promises'
import type { BrowserContext } from 'playwright-core'
import t from 'tap'
import { addAuthenticator } from '../support/virtual-authenticator.ts'
import { minute, register, secretFor } from '../support/build.ts'
import { inBrowser, newContext, watch } from '../support/chromium.ts'
import { listening, listeningOnLocalhost } from '../support/listening.ts'

const page = `<!doctype html><meta charset="utf-8"><title>An app</title><link rel="icon" href="data:,">
<script type="module">
import { createClient } from '/client.js'
// On a busy machine, another tab may need longer for its answer than the default.
const options = { baseUrl: location.origin, storage: localStorage, answerMs: 60_000 }
window.client = createClient({ ...options, ...JSON.parse(new URLSearchParams(location.search).get('options')) })
</script>`

const worker = `
import { createClient } from '/client.js'
const { api, session } = createClient({ baseUrl: location.origin })
self.onmessage = async ({ data }) => {
  await session.signIn(data)
  postMessage((await api.GET('/auth/users/me')).data.username)
}`

inBrowser(t, 'the client in browsers', async (t, browser) => {
  t.test('two tabs share a session and refresh it once', async (t) => {
    const { app, clock, url } = await listening(t)
    await register(app, 'ada')
    const context = await newContext(browser)
    await serve(context, url)
    const first = await context.newPage()
    const second = await context.newPage()
    const watched = [watch(first), watch(second)]
    const refreshes = () => watched.flatMap(({ requested }) => requested).filter((one) => one.endsWith('/token')).length
    await first.goto(`${url}/app`)
    await first.evaluate(`client.session.signIn({ username: 'ada', password: '${secretFor('ada')}' })`)
    await second.goto(`${url}/app`)
    const call = "client.api.GET('/auth/users/me').then(({ data }) => data?.username)"
    t.equal(await second.evaluate(call), 'ada', 'the second tab got the session')
    const before = refreshes()

    clock.advance(16 * 60_000)
    const answers = await Promise.all(
      [first, second, first, second].map((tab) => tab.evaluate(`Promise.all([${call}, ${call}])`)),
    )
    t.strictSame(
      answers.flat(),
      Array.from({ length: 8 }, () => 'ada'),
    )
    t.equal(refreshes() - before, 1)

    await second.evaluate('client.session.signOut()')
    await first.waitForFunction('!client.session.getState().isSignedIn')
    t.equal(await first.evaluate(call), undefined)
  })

  for (const prefix of ['/auth', '/v1/identity']) {
    t.test(`calls with a body are sent and repeated, under ${prefix} (A1)`, async (t) => {
      const { app, clock, url } = await listening(t, { environment: { PREFIX: prefix } })
      await app.latchkey.createUser({ username: 'ada', password: secretFor('ada') })
      const context = await newContext(browser)
      await serve(context, url)
      const tab = await context.newPage()
      await tab.goto(`${url}/app?options=${JSON.stringify({ prefix })}`)
      await tab.evaluate(`client.session.signIn({ username: 'ada', password: '${secretFor('ada')}' })`)
      const rename = (name: string) =>
        tab.evaluate(`client.api.PATCH('/auth/users/me', { body: { name: '${name}' } }).then(({ data }) => data?.name)`)
      t.equal(await rename('Ada'), 'Ada')

      // The browser's clock says that the access token is valid.
      clock.advance(16 * 60_000)
      const rejected = tab.waitForResponse((response) => response.status() === 401)
      t.equal(await rename('Ada Lovelace'), 'Ada Lovelace')
      await rejected

      const body = { current_password: 'wrong', new_password: secretFor('new') }
      const refused = `client.api.POST('/auth/users/me/password', { body: ${JSON.stringify(body)} })`
      t.equal(await tab.evaluate(`${refused}.then(({ error }) => error.code)`), 'wrong_password')
      const fetched = `client.session.fetch('${prefix}/users/me', {
        method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"name":"Countess"}',
      }).then((response) => response.json())`
      t.match(await tab.evaluate(fetched), { name: 'Countess' })
    })
  }

  t.test('a passkey signs in, alone or after the password, and confirms that it is the user', async (t) => {
    const { app, clock, url } = await listeningOnLocalhost(t, { ACCESS_TOKEN_EXPIRE_MINUTES: '60' })
    await register(app, 'ada')
    const context = await newContext(browser)
    await serve(context, url)
    const tab = await context.newPage()
    const { setUserVerified } = await addAuthenticator(tab)
    await tab.goto(`${url}/app`)
    const signIn = `client.session.signIn({ username: 'ada', password: '${secretFor('ada')}' })`
    const errorOf = (call: string) =>
      tab.evaluate(`${call}.catch(({ name, reason, error }) => [name, reason ?? error].join())`)
    const state = () => tab.evaluate('client.session.getState()')

    await tab.evaluate(signIn)
    t.match(await tab.evaluate("client.session.createPasskey({ name: 'Laptop' })"), {
      name: 'Laptop',
      recovery_codes: { length: 10 },
    })
    t.equal(await errorOf('client.session.createPasskey()'), 'PasskeyError,already_registered')
    clock.advance(20 * minute)
    t.equal(await errorOf('client.session.createPasskey()'), 'OAuthError,insufficient_user_authentication')
    const token = () => tab.evaluate('client.session.getAccessToken()')
    const before = await token()
    await tab.evaluate('client.session.reauthenticate({ passkey: true })')
    t.not(await token(), before)
    t.equal(await errorOf('client.session.createPasskey()'), 'PasskeyError,already_registered')
    await tab.evaluate('client.session.signOut()')

    await setUserVerified(false)
    t.equal(await errorOf('client.session.signInWithPasskey()'), 'PasskeyError,cancelled')
    await tab.evaluate(`${signIn}.catch((error) => { window.secondStep = error })`)
    t.strictSame(await tab.evaluate('secondStep.factors'), ['recovery_code', 'passkey'])
    await tab.evaluate('secondStep.finishWithPasskey()')
    t.match(await state(), { isSignedIn: true, username: 'ada' })
    await tab.evaluate('client.session.signOut()')

    await setUserVerified(true)
    await tab.evaluate("client.session.signInWithPasskey({ scope: 'account' })")
    t.match(await state(), { isSignedIn: true, username: 'ada', scopes: ['account'] })
  })

  t.test('it works in a worker', async (t) => {
    const { app, url } = await listening(t)
    await register(app, 'ada')
    const context = await newContext(browser)
    await serve(context, url)
    const tab = await context.newPage()
    await tab.goto(`${url}/app`)
    const username = await tab.evaluate(`new Promise((resolve) => {
      const worker = new Worker('/worker.js', { type: 'module' })
      worker.onmessage = ({ data }) => resolve(data)
      worker.postMessage({ username: 'ada', password: '${secretFor('ada')}' })
    })`)
    t.equal(username, 'ada')
  })
})

/** Serves an app beside the API. */
async function serve(context: BrowserContext, url: string) {
  const fileOf = (name: string) => readFile(`dist/browser/client/${name}`, 'utf8')
  const [client, webAuthn] = [await fileOf('index.js'), await fileOf('web-authn.js')]
  const script = { contentType: 'text/javascript' }
  await context.route(/\/app(\?|$)/, (route) => route.fulfill({ contentType: 'text/html', body: page }))
  await context.route(`${url}/client.js`, (route) => route.fulfill({ ...script, body: client }))
  await context.route(`${url}/web-authn.js`, (route) => route.fulfill({ ...script, body: webAuthn }))
  await context.route(`${url}/worker.js`, (route) => route.fulfill({ ...script, body: worker }))
}
