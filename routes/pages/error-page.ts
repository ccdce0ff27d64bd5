import type { ApiError } from '../../src/errors/index.ts'
import { html } from '../../src/lib/html.ts'
import { renderViewLinks } from './form.ts'
import type { Page } from './send-page.ts'

const malformedRequest = {
  title: 'We couldn’t read the form',
  text: 'It wasn’t sent the way this page sends it. Nothing has changed.',
}

/** Texts for users, by status. The API's details are written for developers. */
const texts: Record<number, { title: string; text: string } | undefined> = {
  400: malformedRequest,
  413: {
    title: 'That’s too long',
    text: 'You entered more text than this form accepts. Nothing has changed.',
  },
  415: malformedRequest,
  500: {
    title: 'Something went wrong',
    text: 'The problem is on our side, and we’ve logged it. Please try again later.',
  },
  503: {
    title: 'We’ll be right back',
    text: 'The service is temporarily unavailable. Wait a few seconds, then reload this page.',
  },
}

/** The page for an error that does not belong to a form field. */
export function errorPage({ statusCode: status, message }: ApiError): Page {
  const { title, text } = texts[status] ?? { title: 'That didn’t work', text: message }
  const body = html`<p>${text}</p>
`
  return { status, title, body: status < 500 ? html`${body}${renderViewLinks({ first: 'Start over' })}` : body }
}
