import { Type } from '@sinclair/typebox'

const GrantTypes = Type.Array(Type.Unsafe<'client_credentials'>({ type: 'string', enum: ['client_credentials'] }), {
  maxItems: 1,
  description: 'The grants that it may use.',
})

const client = {
  client_name: Type.String({ description: 'For people.' }),
  grant_types: GrantTypes,
  scope: Type.String({ description: 'What its own tokens may carry, separated by spaces.' }),
  introspection: Type.Boolean({ description: 'Whether it may introspect tokens (RFC 7662).' }),
}

const example = {
  client_id: 'client_0l3pV9XhSDGbN1o2kq5s7Q',
  client_name: 'Billing',
  grant_types: ['client_credentials'],
  scope: 'invoices:write',
  introspection: true,
  created_at: '2026-11-23T09:30:00.000Z',
}

const registered = {
  client_id: Type.String({ description: 'Made here; never given to another one.' }),
  ...client,
  created_at: Type.String({ format: 'date-time' }),
}

/** With the names of RFC 7591 2. */
export const Client = Type.Object(registered, {
  $id: 'Client',
  description: 'A confidential client.',
  examples: [example],
})

export const ClientWithSecret = Type.Object(
  {
    ...registered,
    client_secret: Type.String({ description: 'Shown this once; only its hash is kept.' }),
  },
  {
    $id: 'ClientWithSecret',
    description: 'A confidential client that has just been registered.',
    examples: [{ ...example, client_secret: 'cs_4Zb0x8hD5m3cQyK1sVtJwR7pLfN2aGeUuXoIi9HkB6E' }],
  },
)

export const Clients = Type.Object(
  { clients: Type.Array(Client, { description: 'All of them, the oldest first.' }) },
  { $id: 'Clients', description: 'The confidential clients.' },
)

export const NewClient = Type.Object(
  {
    client_name: Type.String({ format: 'text', minLength: 1, maxLength: 128, description: 'For people.' }),
    grant_types: Type.Optional(GrantTypes),
    scope: Type.Optional(
      Type.String({
        format: 'text',
        maxLength: 1024,
        description:
          'What its own tokens may carry, separated by spaces. Administration scopes only as far as one has them oneself, and never `account`.',
      }),
    ),
    introspection: Type.Optional(client.introspection),
  },
  {
    $id: 'NewClient',
    additionalProperties: false,
    description: 'A client that is to be registered: for the client credentials grant, for introspection, or both.',
    examples: [
      { client_name: 'Billing', grant_types: ['client_credentials'], scope: 'invoices:write', introspection: true },
    ],
  },
)
