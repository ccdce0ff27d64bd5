import { Type } from '@sinclair/typebox'
import type { ErrorMeaning } from '../schemas/problem.ts'

export const GrantTypes = Type.Array(
  Type.Unsafe<'client_credentials'>({ type: 'string', enum: ['client_credentials'] }),
  { maxItems: 1, description: 'The grants that it may use.' },
)

export const Introspection = Type.Boolean({ description: 'Whether it may introspect tokens (RFC 7662).' })

export const clientExample = {
  client_id: 'client_0l3pV9XhSDGbN1o2kq5s7Q',
  client_name: 'Billing',
  grant_types: ['client_credentials'],
  scope: 'invoices:write',
  introspection: true,
  created_at: '2026-11-23T09:30:00.000Z',
}

/** With the names of RFC 7591 2. */
export const clientFields = {
  client_id: Type.String({ description: 'Made here; never given to another one.' }),
  client_name: Type.String({ description: 'For people.' }),
  grant_types: GrantTypes,
  scope: Type.String({ description: 'What its own tokens may carry, separated by spaces.' }),
  introspection: Introspection,
  created_at: Type.String({ format: 'date-time' }),
}

/** 403: the client has scopes that the caller lacks. */
export const beyondClient: ErrorMeaning = {
  code: 'insufficient_scope',
  description: 'The access token lacks a scope that is needed, here or by the client.',
  detail: 'The client has administration scopes that the access token lacks.',
}
