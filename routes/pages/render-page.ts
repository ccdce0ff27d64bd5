import { html, Html } from '../../src/lib/html.ts'
import type { Brand } from '../../src/mail/index.ts'
import { script, stylesheetFor } from './assets.ts'
import { renderHiddenInput } from './form.ts'

/**
 * Renders the whole document. The empty icon keeps browsers from requesting one. Every page has the form for link
 * tokens, since users may paste a link into the address bar of any page.
 */
export function renderPage({ name, color }: Brand, { title, body }: { title: string; body: Html }): string {
  const linkForm = [renderHiddenInput('intent', 'open'), renderHiddenInput('token', '')]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - ${name}</title>
<link rel="icon" href="data:,">
<style>${new Html(stylesheetFor(color))}</style>
</head>
<body>
<main>
<p class="product"><bdi>${name}</bdi></p>
<h1>${title}</h1>
${body}
</main>
<form method="post" id="link" hidden>${linkForm}</form>
<script>${new Html(script)}</script>
</body>
</html>
`.text
}
