import type { Config } from '../../src/config/index.ts'
import { html, type Html } from '../../src/lib/html.ts'

type Surroundings = Pick<Config, 'appUrl' | 'docsUrl' | 'productName'>

/**
 * Renders the link at the end of a flow: to the URL that the app named, else to the app, else, if all went well, to
 * the documentation. The URL carries nothing, so that nothing is lost if it leads elsewhere.
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
