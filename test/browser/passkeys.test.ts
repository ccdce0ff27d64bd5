// @lane browser
import type { Browser } from 'playwright-core'
import type { Test } from 'tap'
import t from 'tap'
import { minute, register, secretFor, type TokenResponse } from '../support/build.ts'
import { signInWithPasskey, withPasskey } from '../support/authenticator.ts'
import { inBrowser, lanName, newContext } from '../support/chromium.ts'
import { listening } from '../support/listening.ts'
import { snippetsOf } from '../support/snippets.ts'
import { addAuthenticator } from '../support/virtual-authenticator.ts'

inBrowser(t, 'the functions of the guide of passkeys', async (t, browser) => {
  const bearer = { token_type: 'bearer' }

  t.test('add a passkey, sign in with it alone and after the password, and renew the authentication', async (t) => {
    const origins = ['http://localhost:5173', `http://${lanName}`, 'http://127.0.0.1:5173']
    const environment = {
      RP_ORIGINS: 'http://localhost:5173',
      CORS_ORIGINS: origins.join(','),
      ACCESS_TOKEN_EXPIRE_MINUTES: '60',
    }
    const { app, clock, call, goTo } = await opened(t, browser, 'http://localhost:5173', environment)
    await register(app, 'ada')
    const { access_token: first } = await call<TokenResponse>('signIn', 'ada', secretFor('ada'))
    const added = await call<{ name: string; recovery_codes: string[] }>('addPasskey', first)
    t.match(added, { name: 'Laptop', recovery_codes: { length: 10 } })
    await t.rejects(call('addPasskey', first), { message: /InvalidStateError/ })

    t.match(await call('signIn', 'ada', secretFor('ada')), bearer)
    const { access_token: token } = await call<TokenResponse>('signInWithPasskey')
    clock.advance(16 * minute)
    await t.rejects(call('addPasskey', token), { message: /Confirm/ })
    t.match(await call('confirmWithPasskey', token), bearer)
    await t.rejects(call('addPasskey', token), { message: /InvalidStateError/ })

    await goTo(`http://${lanName}`)
    await t.rejects(call('signInWithPasskey'), { message: /TypeError/ })
    await goTo('http://127.0.0.1:5173')
    await t.rejects(call('signInWithPasskey'), { message: /SecurityError/ })
  })

  t.test('work on the listed subdomains of RP_ID', async (t) => {
    const android = 'android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck'
    const pages = ['app.example.com', 'auth.example.com', 'blog.example.com', 'example.org']
    const environment = {
      PUBLIC_URL: 'https://auth.example.com',
      RP_ID: 'example.com',
      RP_ORIGINS: `https://app.example.com,${android}`,
      CORS_ORIGINS: pages.map((host) => `https://${host}`).join(','),
    }
    const { app, call, goTo } = await opened(t, browser, 'https://app.example.com', environment)
    await register(app, 'ada')
    const { access_token: token } = await call<TokenResponse>('signIn', 'ada', secretFor('ada'))
    await call('addPasskey', token)
    t.match(await call('signInWithPasskey'), bearer)
    await goTo('https://auth.example.com')
    t.match(await call('signInWithPasskey'), bearer)
    await goTo('https://blog.example.com')
    await t.rejects(call('signInWithPasskey'), { message: /RP_ORIGINS/ })
    await goTo('https://example.org')
    await t.rejects(call('signInWithPasskey'), { message: /SecurityError/ })

    const { passkey } = await withPasskey(app, 'eve', { origin: android })
    t.match((await signInWithPasskey(app, passkey)).json(), bearer, 'a simulated Android app')
  })
})

/** A page at an origin with the functions of the guide, and an authenticator. */
async function opened(t: Test, browser: Browser, origin: string, environment: NodeJS.ProcessEnv) {
  const { app, clock, url } = await listening(t, { environment })
  const context = await newContext(browser)
  t.teardown(() => context.close())
  const page = await context.newPage()
  await addAuthenticator(page)
  const code = (await snippetsOf('docs/guides/passkeys.md', 'js')).join('\n')
  const inGuide = 'http://localhost:3000'
  await context.route('**', async (route) => {
    const { pathname, origin } = new URL(route.request().url())
    if (origin !== inGuide) return route.fulfill({ contentType: 'text/html', body: '' })
    await route.fulfill({ response: await route.fetch({ url: url + pathname }) })
  })
  const goTo = (target: string) => page.goto(target)
  await goTo(origin)
  return {
    app,
    clock,
    goTo,
    /** Calls a function of the guide. */
    call: <Result>(name: string, ...parameters: string[]): Promise<Result> =>
      page.evaluate<Result>(`(() => { ${code}\nreturn ${name}(...${JSON.stringify(parameters)}) })()`),
  }
}
