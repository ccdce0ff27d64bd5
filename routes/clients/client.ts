import { Type } from '@sinclair/typebox'
import { beyondReach } from '../schemas/error-meanings.ts'

export const GrantTypes = Type.Array(
  Type.Unsafe<'client_credentials'>({ type: 'string', enum: ['client_credentials'] }),
  { maxItems: 1, description: 'The grant types that the client may use.' },
)

export const Introspection = Type.Boolean({ description: 'Whether the client may introspect tokens (RFC 7662).' })

export const clientExample = {
  client_id: 'client_0l3pV9XhSDGbN1o2kq5s7Q',
  client_name: 'Billing',
  grant_types: ['client_credentials'],
  scope: 'invoices:write',
  introspection: true,
  created_at: '2026-11-23T09:30:00.000Z',
}

/** The fields of a client, with the names of RFC 7591 2. */
export const clientFields = {
  client_id: Type.String({ description: 'The generated id of the client, which is never reused.' }),
  client_name: Type.String({ description: 'A display name.' }),
  grant_types: GrantTypes,
  scope: Type.String({ description: 'The scopes that the client’s own tokens may contain, separated by spaces.' }),
  introspection: Introspection,
  created_at: Type.String({ format: 'date-time' }),
}

/** 403: the client has scopes that the caller lacks. */
export const beyondClient = beyondReach('client')
