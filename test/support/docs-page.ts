import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { newContext, watch } from './chromium.ts'

/** Opens a URL in a fresh browser context and waits until the operations are shown. */
export async function openDocs(browser: Browser, address: string, settings: BrowserContextOptions = {}) {
  const context = await newContext(browser, { viewport: { width: 1280, height: 1000 }, ...settings })
  return openDocsIn(context, address)
}

/** Opens a URL in a further tab. */
export async function openDocsIn(context: BrowserContext, address: string) {
  const page = await context.newPage()
  const watched = watch(page)
  await page.goto(address, { waitUntil: 'networkidle' })
  await page.locator('.opblock').first().waitFor()
  return { page, ...watched }
}

/** Opens the Authorize dialog. @returns its section for one authorization, by default the password flow */
export async function openDialog(page: Page, way = 'OAuth2, password') {
  await page.locator('.auth-wrapper .btn.authorize').click()
  const heading = page.locator('h4', { hasText: `(${way})` })
  // The dialog gets its role and focus handling shortly after it is rendered.
  await page.locator('.dialog-ux [role=dialog]').waitFor()
  return way === 'OAuth2, password'
    ? page.locator('.latchkey-form', { has: heading })
    : page.locator('.dialog-ux .auth-container', { has: heading })
}

/** Enters username and password into the dialog, ticks further scopes and submits it with Enter. */
export async function submitDialog(dialog: Locator, username: string, password: string, scopes: string[] = []) {
  await dialog.locator('#oauth_username').fill(username)
  for (const scope of scopes) await dialog.getByLabel(scope).check()
  await dialog.locator('#oauth_password').fill(password)
  await dialog.locator('#oauth_password').press('Enter')
}

/** Signs in through the dialog and waits until it has closed. */
export async function authorize(page: Page, username: string, password: string, scopes: string[] = []) {
  const dialog = await openDialog(page)
  await submitDialog(dialog, username, password, scopes)
  await dialog.waitFor({ state: 'detached' })
  await signedIn(page)
}

/** Waits until the page says who is signed in. @returns what it says */
export async function signedIn(page: Page): Promise<string> {
  await page.locator('.latchkey-session button').waitFor()
  return await page.locator('.latchkey-session').innerText()
}

interface Credentials {
  id: string
  secret: string
}

/** Authorizes a client for its own token and closes the dialog. */
export async function authorizeClient(page: Page, { id, secret }: Credentials, scopes: string[]) {
  const dialog = await openDialog(page, 'OAuth2, clientCredentials')
  await dialog.locator('[data-name="clientId"]').fill(id)
  await dialog.locator('[data-name="clientSecret"]').fill(secret)
  await tick(dialog, scopes)
  await finish(dialog)
}

/** Enters a client's credentials for the operations that authenticate clients and closes the dialog. */
export async function authorizeWithBasic(page: Page, { id, secret }: Credentials) {
  const dialog = await openDialog(page, 'http, Basic')
  await dialog.locator('input[name="username"]').fill(id)
  await dialog.locator('input[name="password"]').fill(secret)
  await finish(dialog)
}

async function tick(dialog: Locator, scopes: string[]) {
  for (const scope of scopes) {
    await dialog.locator('.scopes label', { has: dialog.page().locator('.name', { hasText: scope }) }).click()
  }
}

async function finish(dialog: Locator) {
  await dialog.locator('button.authorize').click()
  await dialog.getByText('Logout', { exact: true }).waitFor()
  await dialog.locator('.btn-done').click()
}

/** The input of an operation: path parameters, a JSON body, or form fields. */
interface Input {
  path?: Record<string, string>
  json?: object
  form?: Record<string, string>
}

/** Executes an operation named `Tag-operationId`. @returns the response as the page shows it */
export async function tryOut(page: Page, operation: string, { path = {}, json, form = {} }: Input = {}) {
  const block = page.locator(`#operations-${operation}`)
  await block.locator('.opblock-summary-control').click()
  // An operation that was executed before is already in edit mode.
  if ((await block.locator('.try-out__btn.cancel').count()) === 0) await block.locator('.try-out__btn').click()
  for (const [name, value] of Object.entries(path)) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value)
  }
  if (json !== undefined) await block.locator('textarea.body-param__text').fill(JSON.stringify(json))
  for (const [name, value] of Object.entries(form)) {
    const field = block.locator(`tr[data-property-name="${name}"]`)
    if ((await field.locator('select').count()) > 0) await field.locator('select').selectOption(value)
    else await field.locator('input:not([type=checkbox])').fill(value)
  }
  // The response to the previous attempt would be mistaken for this one's.
  if ((await block.locator('.btn-clear').count()) > 0) await block.locator('.btn-clear').click()
  await block.locator('.btn.execute').click()
  const answer = block.locator('.live-responses-table tbody .response').first()
  const status = await answer.locator('.response-col_status').innerText()
  const body = answer.locator('.highlight-code code')
  return { status, body: (await body.count()) === 0 ? undefined : JSON.parse(await body.first().innerText()) }
}

/** Collapses an operation. */
export async function foldUp(page: Page, operation: string) {
  await page.locator(`#operations-${operation} .opblock-summary-control`).click()
}

/** Writes a screenshot of the page with the operations of the account, down to the end of the first response shown. */
export async function takePicture(page: Page, path: string) {
  await page.locator('.operation-filter-input').fill('your account')
  await page.locator('#operations-Sign-in-issueToken').waitFor({ state: 'detached' })
  await page.mouse.move(0, 0)
  const scrolled = Number(await page.evaluate('scrollY'))
  const { y = 0, height = 0 } = (await page.locator('.live-responses-table').last().boundingBox()) ?? {}
  await page.screenshot({
    path,
    fullPage: true,
    animations: 'disabled',
    clip: { x: 0, y: 0, width: 1280, height: Math.ceil(scrolled + y + height) },
  })
}
