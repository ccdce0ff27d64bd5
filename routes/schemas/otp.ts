import { type StringOptions, Type } from '@sinclair/typebox'

/** A code of an authenticator app or a recovery code. Spaces and hyphens in it are ignored. */
export function Otp(options: StringOptions) {
  return Type.String({ format: 'password', maxLength: 64, ...options })
}
