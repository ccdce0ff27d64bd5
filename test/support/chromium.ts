import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Test } from 'tap'

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

// A container lacks what the sandbox needs; the rest keeps the browser from calling home.
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

/** Tests that need a browser: skipped where there is none, but not on CI. */
export function inBrowser(t: Test, name: string, test: (t: Test, browser: Browser) => Promise<void>) {
  const executablePath = process.env.CHROMIUM_PATH || usualPlaces.find((path) => existsSync(path))
  if (executablePath === undefined) {
    if (process.env.CI === 'true') return t.fail(advice)
    return t.test(name, { skip: advice }, async () => {})
  }
  return t.test(name, async (t) => {
    const browser = await chromium.launch({ executablePath, args: flags })
    t.teardown(() => browser.close())
    await test(t, browser)
  })
}

/** Collects what somebody with the developer tools open would see go wrong, and where requests go. */
export function watch(page: Page) {
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
