import type { Browser, Locator, Page } from 'playwright-core'
import { watch } from './chromium.ts'

/** Opens an address in a browser without history, and waits until the operations are shown. */
export async function openDocs(browser: Browser, address: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } })
  // The time-out of the whole test is enough; a busy machine needs longer than the usual 30 seconds.
  context.setDefaultTimeout(0)
  const page = await context.newPage()
  const watched = watch(page)
  await page.goto(address, { waitUntil: 'networkidle' })
  await page.locator('.opblock').first().waitFor()
  return { page, ...watched }
}

/** Opens the Authorize dialog. @returns the part of it that is about one way: `OAuth2, password` without another */
export async function openDialog(page: Page, way = 'OAuth2, password') {
  await page.locator('.auth-wrapper .btn.authorize').click()
  return page.locator('.dialog-ux .auth-container', { has: page.locator('h4', { hasText: `(${way})` }) })
}

/** Types name and password into the dialog, ticks the scopes, and presses Authorize. */
export async function submitDialog(dialog: Locator, username: string, password: string, scopes: string[] = []) {
  await dialog.locator('#oauth_username').fill(username)
  await dialog.locator('#oauth_password').fill(password)
  await tick(dialog, scopes)
  await dialog.locator('button.authorize').click()
}

/** Signs in through the dialog, and closes it. */
export async function authorize(page: Page, username: string, password: string, scopes: string[] = []) {
  const dialog = await openDialog(page)
  await submitDialog(dialog, username, password, scopes)
  await dialog.getByText('Logout', { exact: true }).waitFor()
  await dialog.locator('.btn-done').click()
}

interface Credentials {
  id: string
  secret: string
}

/** Lets a client authorize for itself, and closes the dialog. */
export async function authorizeClient(page: Page, { id, secret }: Credentials, scopes: string[]) {
  const dialog = await openDialog(page, 'OAuth2, clientCredentials')
  await dialog.locator('[data-name="clientId"]').fill(id)
  await dialog.locator('[data-name="clientSecret"]').fill(secret)
  await tick(dialog, scopes)
  await finish(dialog)
}

/** Gives the credentials of a client for the operations that are for clients, and closes the dialog. */
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

/** What is typed into an operation: its path, a JSON body, or the fields of a form. */
interface Input {
  path?: Record<string, string>
  json?: object
  form?: Record<string, string>
}

/** Tries an operation: `Tag-operationId`. @returns what the page shows of the answer */
export async function tryOut(page: Page, operation: string, { path = {}, json, form = {} }: Input = {}) {
  const block = page.locator(`#operations-${operation}`)
  await block.locator('.opblock-summary-control').click()
  // One that has been tried before is still to be filled in.
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
  // The response to the previous attempt would be taken for this one's.
  if ((await block.locator('.btn-clear').count()) > 0) await block.locator('.btn-clear').click()
  await block.locator('.btn.execute').click()
  const answer = block.locator('.live-responses-table tbody .response').first()
  const status = await answer.locator('.response-col_status').innerText()
  const body = answer.locator('.highlight-code code')
  return { status, body: (await body.count()) === 0 ? undefined : JSON.parse(await body.first().innerText()) }
}

/** Folds an operation up again that has been tried. */
export async function foldUp(page: Page, operation: string) {
  await page.locator(`#operations-${operation} .opblock-summary-control`).click()
}

/** Writes a picture of the page, down to the end of the first answer that it shows. */
export async function takePicture(page: Page, path: string) {
  await page.mouse.move(0, 0)
  const { y = 0, height = 0 } = (await page.locator('.live-responses-table').last().boundingBox()) ?? {}
  await page.screenshot({
    path,
    fullPage: true,
    animations: 'disabled',
    clip: { x: 0, y: 0, width: 1280, height: Math.ceil(y + height) },
  })
}
