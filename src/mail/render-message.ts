import { html, type Html } from '../lib/html.ts'
import { readableTextColor } from '../lib/readable-text-color.ts'

/** The content of a message, independent of its layout. */
export interface Message {
  subject: string
  /** Paragraphs before the link and the code. */
  opening: string[]
  link?: { label: string; url: string }
  code?: string
  /** Paragraphs after them. */
  closing: string[]
}

/** The name and color of the product. */
export interface Brand {
  name: string
  /** `#rrggbb`. */
  color: string
}

/** A message without its envelope, as plain text and as HTML. */
export interface RenderedMessage {
  subject: string
  text: string
  /** Left out for a message that is text only. */
  html?: string
}

/** @param name the name in the greeting */
export function renderMessage(message: Message, { name }: { name: string | null }, brand: Brand): RenderedMessage {
  const greeting = name === null ? 'Hello,' : `Hello ${name},`
  return {
    subject: message.subject,
    text: textOf(message, greeting, brand),
    html: htmlOf(message, greeting, brand).text,
  }
}

const codeLabel = 'Or enter this code when you’re asked for it:'

function textOf({ opening, link, code, closing }: Message, greeting: string, { name }: Brand): string {
  return (
    [
      greeting,
      ...opening,
      ...(link === undefined ? [] : [link.url]),
      ...(code === undefined ? [] : [`${codeLabel}  ${code}`]),
      ...closing,
      `-- \n${name}`,
    ].join('\n\n') + '\n'
  )
}

const metadata = [
  html`<meta charset="utf-8">`,
  html`<meta name="viewport" content="width=device-width">`,
  html`<meta name="color-scheme" content="light dark">`,
]

/** Uses inline styles, since many mail programs drop style sheets, and leaves all colors but the brand's to them. */
function htmlOf({ subject, opening, link, code, closing }: Message, greeting: string, { name, color }: Brand): Html {
  const paragraph = (text: string) => html`<p style="margin:0 0 16px">${text}</p>\n`
  const buttonStyle =
    `display:inline-block;padding:12px 20px;border-radius:6px;background:${color};` +
    `color:${readableTextColor(color)};text-decoration:none;font-weight:600`
  const smallStyle = 'margin:0 0 16px;font-size:13px'
  return html`<!doctype html>
<html lang="en">
<head>${metadata}<title>${subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:520px;margin:0 auto;overflow-wrap:anywhere">
<p style="margin:0 0 24px;padding-bottom:8px;border-bottom:3px solid ${color};font-weight:600">${name}</p>
${paragraph(greeting)}${opening.map(paragraph)}${
    link &&
    html`<p style="margin:24px 0"><a href="${link.url}" style="${buttonStyle}">${link.label}</a></p>
<p style="${smallStyle}">If the button doesn’t work, copy this link into your browser:<br>${breakingText(link.url)}</p>
`
  }${
    code &&
    html`<p style="margin:0 0 16px">${codeLabel}<br>${largeCode(code)}</p>
`
  }${closing.map(paragraph)}</div>
</body>
</html>
`
}

function breakingText(text: string): Html {
  return html`<span style="word-break:break-all">${text}</span>`
}

function largeCode(code: string): Html {
  const style = 'font:600 24px/1.6 ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px'
  return html`<span style="${style}">${code}</span>`
}
