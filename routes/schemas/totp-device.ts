import { type Static, Type } from '@sinclair/typebox'
import { noSuchDevice, type TotpDevice as Device } from '../../src/factors/index.ts'
import { toIsoTime } from '../../src/lib/time.ts'
import type { ErrorMeaning } from './error-meanings.ts'
import { Id } from './id.ts'
import { NullableString } from './nullable.ts'

export const totpDeviceFields = {
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  confirmed_at: Type.String({ format: 'date-time' }),
  used_at: NullableString({
    format: 'date-time',
    description: 'The last sign-in with a code; null if there was none.',
  }),
}

export const totpDeviceExample = {
  id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
  name: 'Phone',
  created_at: '2026-11-29T11:20:00.000Z',
  confirmed_at: '2026-11-29T11:20:30.000Z',
  used_at: null,
}

export const TotpDevice = Type.Object(totpDeviceFields, {
  $id: 'TotpDevice',
  description: 'A confirmed authenticator app.',
  examples: [totpDeviceExample],
})

export function toTotpDeviceJson({ id, name, createdAt, confirmedAt, usedAt }: Device): Static<typeof TotpDevice> {
  return {
    id,
    name,
    created_at: toIsoTime(createdAt),
    confirmed_at: toIsoTime(confirmedAt),
    used_at: usedAt === null ? null : toIsoTime(usedAt),
  }
}

export const TotpDeviceId = Type.Object({
  id: Id('The id of the authenticator app.'),
})

/** 404: the user has no such device. */
export const noTotpDevice: ErrorMeaning = {
  code: 'not_found',
  description: 'You have no such authenticator app (`not_found`).',
  detail: noSuchDevice,
}
