import { Type } from '@sinclair/typebox'
import { NewPassword } from './account.ts'

const name = (description: string) => Type.String({ format: 'text', minLength: 1, maxLength: 1024, description })

const proof = {
  token: Type.Optional(
    Type.String({
      format: 'password',
      minLength: 1,
      maxLength: 256,
      description: 'What stands behind the `#` of the link. Then no code is needed.',
    }),
  ),
  code: Type.Optional(
    Type.String({ format: 'password', minLength: 1, maxLength: 32, description: 'The eight digits from the mail.' }),
  ),
}

export const PasswordResetRequest = Type.Object(
  {
    username: name('The username, or an e-mail address that is verified.'),
  },
  {
    $id: 'PasswordResetRequest',
    additionalProperties: false,
    description: 'Who has forgotten their password.',
    examples: [{ username: 'ada' }],
  },
)

export const PasswordReset = Type.Object(
  {
    ...proof,
    username: Type.Optional(name('With a code: whom it was sent to.')),
    new_password: NewPassword,
  },
  {
    $id: 'PasswordReset',
    additionalProperties: false,
    description: 'A new password, and what was mailed: either the token of the link, or the username and the code.',
    examples: [{ username: 'ada', code: '12345678', new_password: 'seven green bottles on a wall' }],
  },
)

export const EmailVerificationRequest = Type.Object(
  {
    username: Type.Optional(
      name(
        'The username, or the address that the account was registered with and has not verified. May be left out by who is signed in.',
      ),
    ),
  },
  {
    $id: 'EmailVerificationRequest',
    additionalProperties: false,
    description: 'Whose e-mail address is to be verified.',
    examples: [{ username: 'ada' }],
  },
)

export const EmailVerification = Type.Object(
  {
    ...proof,
    username: Type.Optional(name('With a code, unless one is signed in: whom it was sent to.')),
    password: Type.Optional(
      Type.String({
        format: 'password',
        minLength: 1,
        maxLength: 1024,
        description: 'The account’s, unless one is signed in.',
      }),
    ),
  },
  {
    $id: 'EmailVerification',
    additionalProperties: false,
    description: 'What was mailed: the token of the link, or the code.',
    examples: [{ username: 'ada', code: '12345678', password: 'correct horse battery staple' }],
  },
)
