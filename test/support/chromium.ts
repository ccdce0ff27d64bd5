import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { skipOutsideCi } from './missing.ts'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

const advice =
  'There is no browser: install Chromium (apt-get install chromium) or Chrome, or name an installed ' +
  'one in CHROMIUM_PATH.'

/** A name that is not loopback, to which browsers grant no exceptions for plain http. */
export const lanName = 'latchkey.test'

// A container lacks what the sandbox needs; the other flags stop the browser's own requests.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP ${lanName} 127.0.0.1`,
]

/** Runs a test in a browser. Without one it is skipped, but fails on CI. */
export function inBrowser(t: Test, name: string, test: (t: Test, browser: Browser) => Promise<void>) {
  const executablePath = process.env.CHROMIUM_PATH || usualPlaces.find((path) => existsSync(path))
  return t.test(name, async (t) => {
    if (executablePath === undefined) return skipOutsideCi(t, advice)
    const browser = await chromium.launch({ executablePath, args: flags })
    t.teardown(() => browser.close())
    await test(t, browser)
  })
}

/** Opens a context of its own, in which a busy machine may take longer than the default 30 seconds. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(120_000)
  return context
}

/** Collects errors, warnings and failed requests of a page, and the URLs that it requests. */
export function watch(page: Page) {
  const complaints: string[] = []
  const requested: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('request', (request) => requested.push(request.url()))
  page.on('requestfailed', (request) => {
    // Chromium fetches the icon at any time, and gives up when the page is left.
    if (!request.url().endsWith('/favicon.svg')) complaints.push(`failed: ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  return { complaints, requested }
}
