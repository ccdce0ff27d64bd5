import type { Config } from '../../src/config/index.ts'
import { html, type Html } from '../../src/lib/html.ts'

type Surroundings = Pick<Config, 'appUrl' | 'docsUrl' | 'productName'>

/**
 * Renders the link at the end of a flow. It leads to `redirectTo`, or else to the app, or else, after a success, to the
 * documentation page. Nothing is added to the URL, so it can leak nothing.
 */
export function renderExit(
  { appUrl, docsUrl, productName }: Surroundings,
  end: 'done' | 'failed',
  redirectTo: string | undefined,
): Html | undefined {
  const url = redirectTo ?? appUrl
  if (url !== undefined) {
    const look = end === 'done' ? 'button main' : 'button'
    return html`<p class="exit"><a class="${look}" href="${url}">Go to <bdi>${productName}</bdi></a></p>
`
  }
  if (end === 'failed' || docsUrl === undefined) return undefined
  return html`<p class="exit"><a class="button" href="${docsUrl}">Open the documentation page</a></p>
`
}
