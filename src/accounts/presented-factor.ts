import { ApiError } from '../errors/index.ts'
import type { AuthenticationResponse } from '../factors/index.ts'

/** The fields of a request with a second factor. */
export interface FactorFields {
  otp?: string | undefined
  credential?: AuthenticationResponse | undefined
}

/** A second factor: a code or a passkey. */
export type PresentedFactor = { otp: string } | { credential: AuthenticationResponse }

/** @throws {ApiError} 400 `invalid_request` unless a request has exactly one second factor */
export function oneFactorOf({ otp, credential }: FactorFields): PresentedFactor {
  if (otp !== undefined && credential !== undefined) {
    throw new ApiError('invalid_request', {
      detail: 'Send either otp or credential, not both.',
      errors: [{ path: '/credential', message: 'must not be sent together with otp' }],
    })
  }
  if (otp !== undefined) return { otp }
  if (credential !== undefined) return { credential }
  throw new ApiError('invalid_request', {
    detail: 'otp or credential is required.',
    errors: [{ path: '/otp', message: 'or credential is required' }],
  })
}
