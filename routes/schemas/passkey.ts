import { type Static, Type } from '@sinclair/typebox'
import { noSuchPasskey, type Passkey as ListedPasskey } from '../../src/factors/index.ts'
import { toIsoTime } from '../../src/lib/time.ts'
import type { ErrorMeaning } from './error-meanings.ts'
import { Id } from './id.ts'
import { NullableString } from './nullable.ts'

export const passkeyFields = {
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  authenticator: NullableString({ description: 'The app or device that holds the passkey; null if it is unknown.' }),
  backed_up: Type.Boolean({
    description: 'Whether the passkey was synchronized with other devices when it was last used.',
  }),
  created_at: Type.String({ format: 'date-time' }),
  used_at: NullableString({ format: 'date-time', description: 'The last use; null if there was none.' }),
}

export const passkeyExample = {
  id: '019ab0c4-5b0f-7a8b-9c5d-1e2f3a4b5c6d',
  name: 'Laptop',
  authenticator: 'Apple Passwords',
  backed_up: true,
  created_at: '2026-11-29T11:20:00.000Z',
  used_at: null,
}

export const Passkey = Type.Object(passkeyFields, {
  $id: 'Passkey',
  description: 'A passkey.',
  examples: [passkeyExample],
})

export function toPasskeyJson(passkey: ListedPasskey): Static<typeof Passkey> {
  const { id, name, authenticator, backedUp, createdAt, usedAt } = passkey
  return {
    id,
    name,
    authenticator,
    backed_up: backedUp,
    created_at: toIsoTime(createdAt),
    used_at: usedAt === null ? null : toIsoTime(usedAt),
  }
}

export const PasskeyId = Type.Object({
  id: Id('The id of the passkey.'),
})

/** 404: the user has no such passkey. */
export const noPasskey: ErrorMeaning = {
  code: 'not_found',
  description: 'You have no such passkey (`not_found`).',
  detail: noSuchPasskey,
}

/** 409: passkeys are unavailable. */
export const passkeysUnavailable: ErrorMeaning = {
  code: 'passkeys_unavailable',
  description: 'Passkeys are unavailable, since the service has an IP address (`passkeys_unavailable`).',
}
