import { Type } from '@sinclair/typebox'
import { Value, ValueErrorType } from '@sinclair/typebox/value'
import { ApiError } from '../../../src/errors/index.ts'
import type { AuthenticationResponse } from '../../../src/factors/index.ts'
import { UsedCredential } from '../../schemas/webauthn.ts'

/** A parameter that the grants with passkeys share. */
export const credential = Type.String({
  format: 'password',
  maxLength: 16_384,
  description:
    'A passkey, as the JSON text of the response of `navigator.credentials.get`. With ' +
    '`urn:latchkey:grant-type:passkey`, its options come from `POST /passkey/options`; with ' +
    '`urn:latchkey:grant-type:mfa`, from `passkey_options` of the response to the password.',
  examples: [''],
})

/** @throws {ApiError} 400 `invalid_request` naming the invalid fields */
export function parseCredential(text: string): AuthenticationResponse {
  const value = parseJson(text)
  if (Value.Check(UsedCredential, value)) return value
  const errors = [...Value.Errors(UsedCredential, value)]
    .filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index)
    .map(({ path, type }) => ({
      path: `/credential${path}`,
      message: type === ValueErrorType.ObjectRequiredProperty ? 'is required' : 'is invalid',
    }))
  throw invalidCredential(errors)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidCredential([{ path: '/credential', message: 'must be JSON' }])
  }
}

function invalidCredential(errors: { path: string; message: string }[]) {
  const detail = errors.map(({ path, message }) => `${path.slice(1)} ${message}.`).join(' ')
  return new ApiError('invalid_request', { detail, errors })
}
