import { Type } from '@sinclair/typebox'

/** The URL that the page behind a mailed link links to at its end. The use case checks it against the list. */
export const RedirectTo = Type.Optional(
  Type.String({
    format: 'text',
    minLength: 1,
    maxLength: 2048,
    description:
      'A URL that the page behind the mailed link links to at its end. It must equal one of the URLs in the setting ' +
      '`REDIRECT_URLS`, byte for byte. Nothing is added to it. When a valid link is mailed again, the URL of the ' +
      'last request that names one counts.',
  }),
)
