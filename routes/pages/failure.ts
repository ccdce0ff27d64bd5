import type { ApiError } from '../../src/errors/index.ts'
import { html } from '../../src/lib/html.ts'
import { otherWays } from './form.ts'
import type { Page } from './page.ts'

const notUnderstood = {
  title: 'That was not understood',
  text: 'The form did not arrive as this page sends it. Nothing has changed.',
}

/** By status, for people: what the API says of these is for programs. */
const words: Record<number, { title: string; text: string } | undefined> = {
  400: notUnderstood,
  413: {
    title: 'That was too much',
    text: 'What was typed is longer than anything that is asked for here. Nothing has changed.',
  },
  415: notUnderstood,
  500: {
    title: 'Something went wrong',
    text: 'It was not your doing, and it has been written down. Please try again later.',
  },
  503: { title: 'Not just now', text: 'The service cannot answer. Wait a moment, then load this page again.' },
}

/** What is shown of an error that is in no field. */
export function failurePage({ statusCode: status, message }: ApiError): Page {
  const { title, text } = words[status] ?? { title: 'That did not work', text: message }
  const body = html`<p>${text}</p>
`
  return { status, title, body: status < 500 ? html`${body}${otherWays({ first: 'Begin again' })}` : body }
}
