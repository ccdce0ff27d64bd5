import { Type } from '@sinclair/typebox'

/* Fields of an account that several requests share. */

/** Optional in the schema. Whether it is required depends on `USERNAMES` and on the e-mail address. */
export const Username = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 256,
    description:
      '1 to 64 letters and digits of any script, `. _ - +`, and single spaces between them. Usernames that differ ' +
      'only in case or width are the same. With `USERNAMES=optional`, an account with an e-mail address needs no ' +
      'username.',
  }),
)

export const NewPassword = Type.String({
  format: 'password',
  minLength: 1,
  maxLength: 1024,
  description:
    'At least 8 characters (or the operator’s minimum) and at most 256, of any kind. Common passwords are rejected, ' +
    'and so are passwords that are little more than the username, the e-mail address or the name of the service.',
})

/** An existing password, which is only verified. The rules for new passwords do not apply. */
export function CurrentPassword(options: { description?: string } = {}) {
  return Type.String({ format: 'password', minLength: 1, maxLength: 1024, ...options })
}

export function DisplayName(description: string) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: 128, description }))
}

export const DisplayNameChange = Type.Optional(
  Type.Unsafe<string | null>({
    type: ['string', 'null'],
    minLength: 1,
    maxLength: 128,
    description: 'A display name; null removes it.',
  }),
)

export function EmailAddress(options: { description?: string } = {}) {
  return Type.String({ format: 'email', minLength: 1, maxLength: 254, ...options })
}

export function EmailAddressChange(description: string) {
  return Type.Optional(
    Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'email',
      minLength: 1,
      maxLength: 254,
      description,
    }),
  )
}

export function Scopes(description: string) {
  return Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 100, description }))
}
