// @lane browser
import t, { type Test } from 'tap'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import latchkey from '../../src/plugin.ts'
import { second, secretFor, signIn } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { listening } from '../support/listening.ts'
import { createMailbox, linkOf } from '../support/mailbox.ts'
import { inTwoMails, newPassword } from '../support/pages.ts'
import { inBrowser, lanName, newContext, watch } from '../support/chromium.ts'
import { faultsOfLook } from '../support/legibility.ts'

/** Set by hand to the file for the README's screenshot of the page. */
const { SCREENSHOT } = process.env

const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 640 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

inBrowser(t, 'the pages that mailed links open', async (t, browser) => {
  t.test('a reset link’s token leaves the URL at once, appears in no request, and sets the password', async (t) => {
    const { app, url, reset } = await withMails(t)
    const { page, complaints, requested, referers } = await opened(
      browser,
      `${url}/auth/reset-password#${reset.token}`,
      phone,
    )
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor()
    t.equal(page.url(), `${url}/auth/reset-password`)
    t.match(await attributesOf(page, 'username'), { autocomplete: 'username', value: 'ada', readOnly: true })
    t.match(await attributesOf(page, 'new_password'), { autocomplete: 'new-password', value: '', type: 'password' })
    if (SCREENSHOT !== undefined) await page.screenshot({ path: SCREENSHOT, scale: 'css' })

    await setPassword(page, 'password1234')
    t.match(await page.locator('#new_password-note').innerText(), /^New password .*(common|many)/)
    await page.locator('#new_password:focus').waitFor()
    t.match(await attributesOf(page, 'new_password'), { value: '' })
    await page.getByLabel('New password').fill(newPassword)
    await page.getByLabel('Show password').check()
    t.match(await attributesOf(page, 'new_password'), { value: newPassword, type: 'text' })
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('Your password was changed').waitFor()
    t.strictSame(
      complaints.splice(0).sort(),
      [
        'Failed to load resource: the server responded with a status of 400 (Bad Request)',
        `400: ${url}/auth/reset-password`,
      ].sort(),
    )
    t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 200)

    requested.length = 0
    await page.reload()
    t.equal(await headingOf(page), 'Your password was changed')
    await page.goBack()
    t.equal(await headingOf(page), 'Reset your password')
    t.strictSame(requested, [`${url}/auth/reset-password?view=done`, `${url}/auth/reset-password`])

    await page.evaluate(`location.hash = '${reset.token}'`)
    t.match(await page.locator('[role=alert]:focus').innerText(), /^This link is invalid/)
    t.equal(page.url(), `${url}/auth/reset-password`)
    t.notMatch([...requested, ...referers].join(), reset.token)
    t.strictSame(referers, [])
  })

  t.test('a verification link names the account; its password confirms it, and a stranger can disown it', async (t) => {
    const appUrl = 'https://app.example.com/?from=mail#/welcome'
    const { app, mailbox, url, verification } = await withMails(t, { APP_URL: appUrl })
    const {
      verification: { token },
    } = await inTwoMails({ app, mailbox }, 'grace')
    const { page, referers, requested } = await opened(browser, `${url}/auth/verify-email#${verification.token}`)
    await page.getByText('Someone entered ada@example.com as the e-mail address of the account ada.').waitFor()
    t.match(await attributesOf(page, 'password'), { autocomplete: 'current-password', type: 'password' })
    await confirm(page, secretFor('grace'))
    t.match(await page.locator('#password-note').innerText(), /^Wrong password/)
    await confirm(page, secretFor('ada'))
    await page.getByText('Your e-mail address is verified').waitFor()

    await page.route('https://app.example.com/**', (route) => route.fulfill({ body: 'the app' }))
    await page.getByRole('link', { name: 'Go to Latchkey' }).click()
    await page.getByText('the app').waitFor()
    t.equal(page.url(), appUrl)
    t.notMatch([...requested, ...referers].join(), verification.token)
    t.strictSame(referers, [])
    await page.goBack()

    // In the same tab, so that only the fragment changes.
    await page.evaluate(`location.hash = '${token}'`)
    await page.getByText('of the account grace').waitFor()
    await page.getByRole('button', { name: 'This isn’t my account' }).click()
    await page.getByText('Thanks for telling us').waitFor()
    t.match(
      [
        (await signIn(app, 'ada@example.com', { password: secretFor('ada') })).statusCode,
        (await signIn(app, 'grace@example.com', { password: secretFor('grace') })).statusCode,
      ],
      [200, 401],
    )
  })

  t.test('without scripts, the user types the code', async (t) => {
    const { url, reset, verification } = await withMails(t)
    const { page, complaints } = await opened(browser, `${url}/auth/verify-email#${verification.token}`, {
      javaScriptEnabled: false,
    })
    t.match(await page.locator('main').innerText(), /JavaScript, which is turned off/)
    t.notOk(await page.getByText('Show password').isVisible())
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('Code').fill(verification.code)
    await confirm(page, secretFor('ada'))
    await page.getByText('Your e-mail address is verified').waitFor()

    await page.goto(`${url}/auth/reset-password#${reset.token}`)
    await page.getByRole('link', { name: 'I have a code' }).click()
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('Code').fill(reset.code)
    await setPassword(page, newPassword)
    await page.getByText('Your password was changed').waitFor()
    t.strictSame(complaints, [])
  })

  t.test(
    'after too many attempts, a page shows how long to wait and keeps the input except the password',
    async (t) => {
      const { clock, url, reset } = await withMails(t, { SIGN_IN_ATTEMPTS: '2' })
      const { page } = await opened(browser, `${url}/auth/reset-password?view=code`, phone)
      await page.getByLabel('Username').fill('ada')
      await page.getByLabel('Code').fill('1234 5678')
      for (const fault of ['#code-note', '#code-note', '[role=alert]:focus']) {
        await setPassword(page, newPassword)
        await page.locator(fault).waitFor()
        t.match(await attributesOf(page, 'new_password'), { value: '' })
      }
      t.match(await page.locator('[role=alert]').innerText(), /^Too many attempts\. /)
      t.strictSame(await faultsOfLook(page), [])
      t.match(
        [await attributesOf(page, 'username'), await attributesOf(page, 'code')],
        [{ value: 'ada' }, { value: '1234 5678' }],
      )
      clock.advance(second)
      await page.getByLabel('Code').fill(reset.code)
      await setPassword(page, newPassword)
      await page.getByText('Your password was changed').waitFor()
    },
  )

  t.test(
    'the pages are readable and usable on a small phone, in light and dark mode, with a light brand color',
    async (t) => {
      for (const [color, colorScheme] of [
        ['#2f6f4f', 'dark'],
        ['#ffe14d', 'light'],
      ] as const) {
        const { url, reset, verification } = await withMails(
          t,
          { PRODUCT_COLOR: color, PRODUCT_NAME: "Zoë & Söhne's `$&` 🔑", APP_URL: 'myapp://done' },
          'W'.repeat(64),
        )
        const { page } = await opened(browser, `${url}/auth/reset-password`, { ...phone, colorScheme })
        const look = async () =>
          t.strictSame(await faultsOfLook(page), [], `${color}, ${colorScheme}: ${await headingOf(page)}`)
        for (const path of [
          'reset-password',
          'reset-password?view=code',
          'reset-password?view=sent',
          'reset-password?view=done',
          'verify-email',
          'verify-email?view=mail',
          'verify-email?view=confirmed',
          'verify-email#ev_expired',
          'invitation',
          'invitation?view=done',
          'invitation?view=administrator',
          `verify-email#${verification.token}`,
          'about:blank',
          `reset-password#${reset.token}`,
        ]) {
          await page.goto(path.startsWith('about') ? path : `${url}/auth/${path}`)
          if (path.endsWith('#ev_expired')) await page.locator('.error').waitFor()
          else if (path.includes('#')) await page.getByText('Account', { exact: true }).waitFor()
          if (!path.startsWith('about')) await look()
        }
        await setPassword(page, 'password1234')
        await page.locator('.error').waitFor()
        await look()
      }
    },
  )

  t.test('the pages work in a host with its own policy, over plain HTTP under a local network name', async (t) => {
    const mailbox = createMailbox()
    const host = createHost(t)
    host.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', "default-src 'none'; form-action 'none'")
    })
    await host.register(latchkey, {
      ...mountOptions,
      prefix: '/a/b',
      productName: "Zoë & Söhne's `$&` 🔑",
      sendMail: mailbox.send,
    })
    const url = (await host.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', lanName)
    await host.inject({
      method: 'POST',
      url: '/a/b/users',
      payload: { username: 'ada', password: secretFor('ada'), email: 'ada@example.com' },
    })
    const link = new URL(linkOf((await mailbox.collect(host))[0]))
    const { page, complaints } = await opened(browser, `${url}${link.pathname}${link.hash}`)
    await page.getByText('Is this your account?').waitFor()
    t.equal(await page.title(), "Is this your account? - Zoë & Söhne's `$&` 🔑")
    await confirm(page, secretFor('ada'))
    await page.getByText('Your e-mail address is verified').waitFor()
    t.equal(page.url(), `${url}/a/b/verify-email?view=confirmed`)
    t.strictSame(complaints, [])
  })
})

async function withMails(t: Test, environment: NodeJS.ProcessEnv = {}, username = 'ada') {
  const built = await listening(t, { environment })
  return { ...built, ...(await inTwoMails(built, username)) }
}

/** Opens a URL in a fresh browser context. */
async function opened(browser: Browser, address: string, options: BrowserContextOptions = {}) {
  const context = await newContext(browser, options)
  const page = await context.newPage()
  const referers: string[] = []
  page.on('request', (request) => {
    if ('referer' in request.headers()) referers.push(String(request.headers().referer))
  })
  const watched = watch(page)
  await page.goto(address)
  return { page, referers, ...watched }
}

function headingOf(page: Page) {
  return page.getByRole('heading').innerText()
}

async function setPassword(page: Page, password: string) {
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set password' }).click()
}

async function confirm(page: Page, password: string) {
  await page.getByLabel('Account password').fill(password)
  await page.getByRole('button', { name: 'Verify e-mail address' }).click()
}

function attributesOf(page: Page, id: string) {
  return page.evaluate(
    '(({ autocomplete, value, readOnly, type }) => ({ autocomplete, value, readOnly, type }))' +
      `(document.getElementById('${id}'))`,
  )
}
