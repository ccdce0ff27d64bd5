// @lane browser
import t, { type Test } from 'tap'
import { minute, register, secretFor } from '../support/build.ts'
import { addAuthenticator } from '../support/virtual-authenticator.ts'
import { inBrowser } from '../support/chromium.ts'
import { authorize, foldUp, openDialog, openDocs, signedIn, submitDialog, tryOut } from '../support/docs-page.ts'
import { codeAt, wrongCodeAt } from '../support/factors.ts'
import { listeningOnLocalhost } from '../support/listening.ts'

inBrowser(t, 'second factors in the docs page', async (t, browser) => {
  t.test('a user adds an authenticator app, renames it, replaces the recovery codes and removes it', async (t) => {
    const environment = { REMEMBER_SECOND_FACTOR_DAYS: '30' }
    const { clock, page, complaints } = await opened(t, { environment })
    await authorize(page, 'ada', secretFor('ada'))
    const dialog = await openDialog(page)
    const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click()
    const code = dialog.getByLabel('Code')
    const codes = async () => (await dialog.locator('pre').innerText()).split('\n')

    await dialog.getByText('None: your password alone signs you in.').waitFor()
    await page.route(
      /\/users\/me\/totp$/,
      (route) => route.fulfill({ status: 201, json: { id: 'x', qr_code: null } }),
      {
        times: 1,
      },
    )
    await press('Add an authenticator app')
    await press('Continue')
    await code.waitFor()
    t.equal(await dialog.getByRole('img').count(), 0, 'a missing QR code is left out')
    await press('Cancel')

    await press('Add an authenticator app')
    await page.locator('input[name=name]:focus').fill('Phone')
    await press('Continue')
    const image = dialog.getByAltText('QR code')
    t.ok((await image.evaluate(({ naturalWidth }: { naturalWidth: number }) => naturalWidth)) > 0, 'it is shown')
    const secret = (await dialog.locator('code').innerText()).replaceAll(' ', '')
    await page.locator('input[name=otp]:focus').waitFor()
    await page.keyboard.type(`${wrongCodeAt(secret, clock.now())}\n`)
    await dialog.getByRole('alert').getByText('The code is wrong').waitFor()
    await page.keyboard.type(`${codeAt(secret, clock.now())}\n`)
    await dialog.locator('h5:focus', { hasText: 'Recovery codes' }).waitFor()
    const first = await codes()
    t.equal(new Set(first).size, 10)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await press('Copy')
    await dialog.getByText('Copied.').waitFor()
    t.strictSame((await page.evaluate<string>('navigator.clipboard.readText()')).split('\n'), first)
    await page.keyboard.press('Escape')
    await page.getByText('Your recovery codes are not saved.').waitFor()
    await openDialog(page)
    t.strictSame(await codes(), first, 'they stay until the user says to have saved them')
    await press('I have saved them')
    await dialog.getByText('10 recovery codes left').waitFor()

    clock.advance(20 * minute)
    await press('Replace the recovery codes')
    await press('Replace')
    await dialog.getByText('Confirm that it is you').waitFor()
    await code.fill(first[0]!)
    await code.press('Enter')
    await dialog.locator('h5:focus', { hasText: 'Recovery codes' }).waitFor()
    const second = await codes()
    t.notOk(second.some((one) => first.includes(one)))
    await dialog.getByText('The previous codes no longer work.').waitFor()
    await press('I have saved them')
    await press('Rename Phone')
    await dialog.getByLabel('Name').fill('Tablet')
    await press('Continue')
    await dialog.getByText('Phone is now Tablet.').waitFor()

    await press('Sign out')
    await submitDialog(dialog, 'ada', secretFor('ada'))
    await code.fill('000000')
    await press('Continue')
    await dialog.getByRole('alert').getByText('The code is wrong').waitFor()
    await press('Back')
    t.equal(await dialog.getByRole('alert').count(), 0)
    t.equal(await dialog.getByLabel('Username').inputValue(), 'ada')
    await dialog.getByLabel('Password').fill(secretFor('ada'))
    await dialog.getByLabel('Password').press('Enter')
    await code.waitFor()
    clock.advance(6 * minute)
    await code.fill(second[0]!)
    await code.press('Enter')
    await dialog.getByRole('alert').getByText('This sign-in has expired.').waitFor()
    t.equal(await dialog.getByLabel('Username').inputValue(), 'ada')
    await dialog.getByLabel('Password').fill(secretFor('ada'))
    await dialog.getByLabel('Password').press('Enter')
    await code.fill(second[0]!)
    await dialog.getByLabel('Do not ask again on this device for 30 days').check()
    await code.press('Enter')
    await signedIn(page)
    await openDialog(page)
    await dialog.getByText('9 recovery codes left').waitFor()
    await press('Sign out')
    await submitDialog(dialog, 'ada', secretFor('ada'))
    await signedIn(page)
    await openDialog(page)
    await press('Remove Tablet')
    await dialog.getByText('the password alone signs you in').waitFor()
    await press('Remove')
    await dialog.getByText('Confirm that it is you').waitFor()
    await code.fill(second[1]!)
    await code.press('Enter')
    await dialog.getByText('Tablet was removed.').waitFor()
    await dialog.getByText('None: your password alone signs you in.').waitFor()
    t.strictSame(rejections(complaints), ['400', '401', '403', '400', '403', '400', '403', '401'])
  })

  t.test('an operation that requires a recent sign-in waits until the user has confirmed it (H2)', async (t) => {
    const { clock, page, complaints } = await opened(t)
    await authorize(page, 'ada', secretFor('ada'))
    clock.advance(20 * minute)
    const dialog = page.getByRole('dialog')
    const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click()

    const operation = 'Second_factors-createAccountTotp'
    const rejected = tryOut(page, operation, { json: { name: 'Phone' } })
    await dialog.getByText('Confirm that it is you').waitFor()
    t.equal(await dialog.locator('.latchkey-form').count(), 1)
    await press('Cancel')
    t.match(await rejected, { status: /^401/, body: { code: 'insufficient_user_authentication' } })

    await foldUp(page, operation)
    const confirmed = tryOut(page, operation, { json: { name: 'Phone' } })
    await dialog.getByLabel('Password').fill('wrong')
    await press('Continue')
    await dialog.getByRole('alert').getByText('wrong').waitFor()
    await dialog.getByLabel('Password').fill(secretFor('ada'))
    await press('Continue')
    t.match(await confirmed, { status: '201', body: { name: 'Phone' } })
    await dialog.waitFor({ state: 'detached' })
    t.strictSame(rejections(complaints), ['401', '401', '400'])
  })

  t.test('where a second factor is required, the page says so and keeps the last one', async (t) => {
    const { clock, page } = await opened(t, { environment: { REQUIRE_SECOND_FACTOR: 'all' } })
    await authorize(page, 'ada', secretFor('ada'))
    const notice = page.locator('.latchkey-session').getByText('You need a second factor')
    await notice.waitFor()
    const dialog = await openDialog(page)
    const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click()
    await dialog.getByText('You need a second factor').waitFor()
    await press('Add an authenticator app')
    await press('Continue')
    const secret = (await dialog.locator('code').innerText()).replaceAll(' ', '')
    await dialog.getByLabel('Code').fill(codeAt(secret, clock.now()))
    await press('Confirm')
    await press('I have saved them')
    await dialog.getByText('Your account must have a second factor.').waitFor()
    t.equal(await dialog.getByRole('button', { name: 'Remove' }).count(), 0)
    await notice.waitFor({ state: 'detached' })
  })

  t.test('a user adds a passkey and signs in with it, alone or after the password', async (t) => {
    const { clock, page, complaints } = await opened(t)
    const { setUserVerified } = await addAuthenticator(page)
    await authorize(page, 'ada', secretFor('ada'))
    const dialog = await openDialog(page)
    const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click()
    clock.advance(20 * minute)
    await press('Add a passkey')
    await press('Continue')
    await dialog.getByLabel('Password').fill(secretFor('ada'))
    await dialog.getByLabel('Password').press('Enter')
    await dialog.locator('h5:focus', { hasText: 'Recovery codes' }).waitFor()
    await press('I have saved them')
    await dialog.getByRole('button', { name: 'Remove Passkey' }).waitFor()
    await press('Add a passkey')
    await press('Continue')
    await dialog.getByRole('alert').getByText('This device already has a passkey for this account.').waitFor()

    await press('Sign out')
    await setUserVerified(false)
    await press('Sign in with a passkey')
    await dialog.getByRole('alert').getByText('No passkey was used').waitFor()
    await setUserVerified(true)
    await press('Sign in with a passkey')
    await dialog.waitFor({ state: 'detached' })
    t.match(await signedIn(page), /^Signed in as ada with account/)

    await openDialog(page)
    await press('Sign out')
    await submitDialog(dialog, 'ada', secretFor('ada'))
    await press('Use a passkey')
    await dialog.waitFor({ state: 'detached' })
    t.match(await signedIn(page), /^Signed in as ada with account/)

    await openDialog(page)
    await dialog.getByText(/, last used \d/).waitFor()
    clock.advance(20 * minute)
    await press('Remove Passkey')
    await press('Remove')
    await dialog.getByText('Confirm that it is you').waitFor()
    await press('Use a passkey')
    await dialog.getByText('Passkey was removed.').waitFor()
    t.strictSame(rejections(complaints), ['401', '403', '401'])
  })

  t.test('under an IP address the dialog says why there are no passkeys', async (t) => {
    const { page } = await opened(t, { hostname: '127.0.0.1' })
    const dialog = await openDialog(page)
    t.equal(await dialog.getByText('passkey').count(), 0)
    await submitDialog(dialog, 'ada', secretFor('ada'))
    await signedIn(page)
    await openDialog(page)
    await dialog.getByText('Browsers allow no passkeys under an IP address.').waitFor()
    t.equal(await dialog.getByRole('button', { name: 'passkey' }).count(), 0)
  })

  /** The page of a service with the user ada, at the origin of its passkeys. */
  async function opened(t: Test, { hostname = 'localhost', environment = {} }: Place = {}) {
    const { app, clock, url } = await listeningOnLocalhost(t, { ACCESS_TOKEN_EXPIRE_MINUTES: '60', ...environment })
    await register(app, 'ada')
    const opened = await openDocs(browser, `${url.replace('localhost', hostname)}/docs/`)
    t.teardown(() => opened.page.context().close())
    return { clock, ...opened }
  }
})

interface Place {
  hostname?: string
  /** Settings of the service. */
  environment?: NodeJS.ProcessEnv
}

/** The statuses of rejected requests. Chromium complains about each of them a second time. */
function rejections(complaints: string[]) {
  return complaints.map((complaint) => /^(\d{3}): /.exec(complaint)?.[1]).filter((status) => status !== undefined)
}
