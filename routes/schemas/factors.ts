import { type Static, Type } from '@sinclair/typebox'
import type { ListedFactors, TotpDevice as Device } from '../../src/factors/index.ts'
import { toIsoTime } from '../../src/lib/time.ts'
import { NullableString } from './nullable.ts'
import { Passkey, passkeyExample, toPasskeyJson } from './passkey.ts'

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

export const Factors = Type.Object(
  {
    totp: Type.Array(TotpDevice, { description: 'The confirmed authenticator apps, oldest first.' }),
    passkeys: Type.Array(Passkey, { description: 'The passkeys, oldest first.' }),
    recovery_codes_left: Type.Integer({
      format: 'int32',
      description: 'The number of recovery codes that have not been used.',
    }),
  },
  {
    $id: 'Factors',
    description: 'The second factors of an account.',
    examples: [{ totp: [totpDeviceExample], passkeys: [passkeyExample], recovery_codes_left: 10 }],
  },
)

export function toTotpDeviceJson({ id, name, createdAt, confirmedAt, usedAt }: Device): Static<typeof TotpDevice> {
  return {
    id,
    name,
    created_at: toIsoTime(createdAt),
    confirmed_at: toIsoTime(confirmedAt),
    used_at: usedAt === null ? null : toIsoTime(usedAt),
  }
}

export function toFactorsJson({ totp, passkeys, recoveryCodes }: ListedFactors): Static<typeof Factors> {
  return {
    totp: totp.map(toTotpDeviceJson),
    passkeys: passkeys.map(toPasskeyJson),
    recovery_codes_left: recoveryCodes?.codesLeft ?? 0,
  }
}
