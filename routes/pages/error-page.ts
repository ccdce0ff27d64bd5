import type { ApiError } from '../../src/errors/index.ts'
import { html } from '../../src/lib/html.ts'
import { renderViewLinks } from './form.ts'
import type { Page } from './send-page.ts'

const malformedRequest = {
  title: 'That was not understood',
  text: 'The form did not arrive as this page sends it. Nothing has changed.',
}

/** Texts for people, by status; the details of the API are for programs. */
const texts: Record<number, { title: string; text: string } | undefined> = {
  400: malformedRequest,
  413: {
    title: 'That was too much',
    text: 'What was typed is longer than anything that is asked for here. Nothing has changed.',
  },
  415: malformedRequest,
  500: {
    title: 'Something went wrong',
    text: 'It was not your doing, and it has been written down. Please try again later.',
  },
  503: { title: 'Not just now', text: 'The service cannot answer. Wait a moment, then load this page again.' },
}

/** The page for an error that belongs to no field of a form. */
export function errorPage({ statusCode: status, message }: ApiError): Page {
  const { title, text } = texts[status] ?? { title: 'That did not work', text: message }
  const body = html`<p>${text}</p>
`
  return { status, title, body: status < 500 ? html`${body}${renderViewLinks({ first: 'Begin again' })}` : body }
}
