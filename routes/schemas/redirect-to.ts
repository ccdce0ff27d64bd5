import { Type } from '@sinclair/typebox'

/** A URL that the page behind an e-mailed link shows at the end. The use case checks it against `REDIRECT_URLS`. */
export const RedirectTo = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 2048,
    description:
      'The URL of a page in your app. The page behind the e-mailed link leads there once the user is done. It must ' +
      'be exactly one of the URLs in the setting `REDIRECT_URLS`.',
  }),
)
