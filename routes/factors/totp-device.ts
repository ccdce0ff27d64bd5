import { type Static, Type } from '@sinclair/typebox'
import { noSuchDevice } from '../../src/factors/index.ts'
import { Id } from '../schemas/id.ts'
import type { ErrorMeaning } from '../schemas/error-meanings.ts'

export const DeviceName = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'A name by which you recognize it.',
})

export const DeviceId = Type.Object({
  id: Id('The id of the authenticator app.'),
})

/** The id in lower case, as it is stored. */
export function deviceIdOf({ params }: { params: Static<typeof DeviceId> }): string {
  return params.id.toLowerCase()
}

export const Otp = Type.String({
  format: 'password',
  minLength: 1,
  maxLength: 64,
  description: 'A code from the authenticator app.',
})

/** 404: the user has no such device. */
export const noDevice: ErrorMeaning = {
  code: 'not_found',
  description: 'You have no such authenticator app (`not_found`).',
  detail: noSuchDevice,
}
