import { Type } from '@sinclair/typebox'

/* The fields by which several requests describe an account. */

/** The service decides whether it is required: by `USERNAMES`, and by what else names the account. */
export const Username = Type.Optional(
  Type.String({
    format: 'text',
    minLength: 1,
    maxLength: 256,
    description:
      '1 to 64 letters, digits, `. _ - +` and single spaces inside, in any script. Case and width make no ' +
      'difference. With `USERNAMES=optional` it may be left out where there is an e-mail address.',
  }),
)

export const NewPassword = Type.String({
  format: 'password',
  minLength: 1,
  maxLength: 1024,
  description:
    'At least 8 characters (or what the operator has set), at most 256, of any kind. Refused are the ' +
    'ones that many people use, and what is little more than a name: one’s own, one’s address or that of ' +
    'the service.',
})

/** A password that is verified, so that no rule for new passwords applies. */
export function CurrentPassword(options: { description?: string } = {}) {
  return Type.String({ format: 'password', minLength: 1, maxLength: 1024, ...options })
}

export function DisplayName(description: string) {
  return Type.Optional(Type.String({ format: 'text', minLength: 1, maxLength: 128, description }))
}

export const DisplayNameChange = Type.Optional(
  Type.Unsafe<string | null>({
    type: ['string', 'null'],
    format: 'text',
    minLength: 1,
    maxLength: 128,
    description: 'A display name; null for none.',
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
  return Type.Optional(
    Type.Array(Type.String({ format: 'text', minLength: 1, maxLength: 128 }), { maxItems: 100, description }),
  )
}
