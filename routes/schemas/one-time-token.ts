import { Type } from '@sinclair/typebox'

/** The fields of a request that prove access to a mailbox: the token of the e-mailed link, or the e-mailed code. */
export const oneTimeTokenFields = {
  token: Type.Optional(
    Type.String({
      format: 'password',
      minLength: 1,
      maxLength: 256,
      description: 'The part of the link after the `#`. Send either this or `code`.',
    }),
  ),
  code: Type.Optional(
    Type.String({ format: 'password', minLength: 1, maxLength: 32, description: 'The eight digits from the e-mail.' }),
  ),
}

/** A username or an e-mail address that identifies an account. */
export function AccountName(description: string) {
  return Type.String({ minLength: 1, maxLength: 1024, description })
}
