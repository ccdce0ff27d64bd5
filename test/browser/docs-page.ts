import type { Browser, Locator, Page } from 'playwright-core'

/** Opens an address in a browser without history, and waits until the operations are shown. */
export async function openDocs (browser: Browser, address: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } })
  const page = await context.newPage()
  const watched = watch(page)
  await page.goto(address, { waitUntil: 'networkidle' })
  await page.locator('.opblock').first().waitFor()
  return { page, ...watched }
}

/** Collects what somebody with the developer tools open would see go wrong, and where requests go. */
function watch (page: Page) {
  const complaints: string[] = []
  const requested: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('request', (request) => requested.push(request.url()))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  return { complaints, requested }
}

/** Opens the Authorize dialog. @returns the part of it that is about the password flow */
export async function openDialog (page: Page) {
  await page.locator('.auth-wrapper .btn.authorize').click()
  return page.locator('.dialog-ux .auth-container', { has: page.locator('h4', { hasText: '(OAuth2, password)' }) })
}

/** Types name and password into the dialog, ticks the scopes, and presses Authorize. */
export async function submitDialog (dialog: Locator, username: string, password: string, scopes: string[] = []) {
  await dialog.locator('#oauth_username').fill(username)
  await dialog.locator('#oauth_password').fill(password)
  for (const scope of scopes) await dialog.locator('.scopes label', { has: dialog.page().locator('.name', { hasText: scope }) }).click()
  await dialog.locator('button.authorize').click()
}

/** Signs in through the dialog, and closes it. */
export async function authorize (page: Page, username: string, password: string, scopes: string[] = []) {
  const dialog = await openDialog(page)
  await submitDialog(dialog, username, password, scopes)
  await dialog.getByText('Logout', { exact: true }).waitFor()
  await dialog.locator('.btn-done').click()
}

/** What is typed into an operation: a JSON body, or the fields of a form. */
interface Input { json?: object, form?: Record<string, string> }

/** Tries an operation: `Tag-operationId`. @returns what the page shows of the answer */
export async function tryOut (page: Page, operation: string, { json, form = {} }: Input = {}) {
  const block = page.locator(`#operations-${operation}`)
  await block.locator('.opblock-summary-control').click()
  await block.locator('.try-out__btn').click()
  if (json !== undefined) await block.locator('textarea.body-param__text').fill(JSON.stringify(json))
  for (const [name, value] of Object.entries(form)) await block.locator(`tr[data-property-name="${name}"] input:not([type=checkbox])`).fill(value)
  await block.locator('.btn.execute').click()
  const answer = block.locator('.live-responses-table tbody .response').first()
  return {
    status: await answer.locator('.response-col_status').innerText(),
    body: JSON.parse(await answer.locator('.highlight-code code').first().innerText()),
  }
}

/** Writes a picture of the page, down to the end of the first answer that it shows. */
export async function takePicture (page: Page, path: string) {
  await page.mouse.move(0, 0)
  const { y = 0, height = 0 } = await page.locator('.live-responses-table').last().boundingBox() ?? {}
  await page.screenshot({ path, fullPage: true, animations: 'disabled', clip: { x: 0, y: 0, width: 1280, height: Math.ceil(y + height) } })
}
