import { html, Html } from '../../src/lib/html.ts'
import type { Brand } from '../../src/mail/index.ts'
import { hiddenOf } from './form.ts'
import { script, styleFor } from './style.ts'

/** Without the icon browsers would ask for one. Every page takes links: one may be pasted over the address of any. */
export function pageOf({ name, color }: Brand, { title, body }: { title: string; body: Html }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - ${name}</title>
<link rel="icon" href="data:,">
<style>${new Html(styleFor(color))}</style>
</head>
<body>
<main>
<p class="product"><bdi>${name}</bdi></p>
<h1>${title}</h1>
${body}
</main>
<form method="post" id="link" hidden>${hiddenOf('intent', 'open')}${hiddenOf('token', '')}</form>
<script>${new Html(script)}</script>
</body>
</html>
`.text
}
