import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Audit, Origin } from '../audit/index.ts'
import {
  type Caller,
  claimRights,
  type Client,
  type ConfidentialClient,
  demandReach,
  isScope,
  ownScope,
  scopesOf,
} from '../authorization/index.ts'
import { invalidField, notFound } from '../errors/index.ts'
import { readTimeCursor } from '../lib/time-cursor.ts'
import { columnsOf, type ClientRow, type Store } from '../store/index.ts'
import { type ClientForm, invalidClient, readClientCredentials } from './client-authentication.ts'
import { firstPartyClient } from './first-party-client.ts'

/** A client to be registered. */
export interface NewClient {
  /** A display name. */
  name: string
  /** The scopes that the client's own tokens may contain, separated by spaces. */
  scope: string
  client_credentials: boolean
  introspection: boolean
}

interface Dependencies {
  store: Store
  /** Milliseconds since the epoch. */
  now: () => number
  audit: Audit
}

const requiredScope = 'clients:write'

export type Clients = ReturnType<typeof createClients>

/** Registers, lists and authenticates clients: registered ones, which are confidential, and the first-party client. */
export function createClients({ store, now, audit }: Dependencies) {
  const read = store.prepare((db) => db.selectFrom('clients').select(columnsOf.clients).where('id', '=', 'id'))

  return {
    /**
     * @returns the client and its secret, of which only a hash is stored
     * @throws {ApiError} 400 for an invalid field; 403 for an administration scope that the caller lacks
     */
    async create(given: NewClient, caller: Caller): Promise<{ client: ConfidentialClient; secret: string }> {
      const scopes = scopesOf(given.scope)
      checkNewClient(given, scopes)
      const secret = `cs_${randomBytes(32).toString('base64url')}`
      const row: ClientRow = {
        id: `client_${randomBytes(16).toString('base64url')}`,
        name: given.name,
        secret_hash: digestOf(secret),
        scopes: scopes.join(' '),
        client_credentials: given.client_credentials ? 1 : 0,
        introspection: given.introspection ? 1 : 0,
        created_at: now(),
      }
      await store.write(async (db) => {
        demandReach(scopes, await claimRights(store, db, caller, requiredScope), { what: 'The client' })
        await db.insertInto('clients').values(row).execute()
        await audit.record(db, {
          event: 'client_created',
          origin: caller.origin,
          details: { client_id: row.id, scope: row.scopes },
        })
      })
      return { client: toClient(row), secret }
    },

    /**
     * Lists the registered clients, oldest first.
     * @param after the cursor of the last client on the previous page, from `timeCursorOf`
     * @throws {ApiError} 400 for an invalid cursor
     */
    async list({ after, limit }: { after: string | undefined; limit: number }): Promise<ConfidentialClient[]> {
      const last = after === undefined ? undefined : readTimeCursor(after)
      if (after !== undefined && last === undefined) {
        throw invalidField('cursor', 'must be the value of next in an earlier response')
      }
      const rows = await store.read((db) => {
        const clients = db
          .selectFrom('clients')
          .select(columnsOf.clients)
          .orderBy('created_at')
          .orderBy('id')
          .limit(limit)
        return (
          last === undefined
            ? clients
            : clients.where((row) => row(row.refTuple('created_at', 'id'), '>', row.tuple(last.created_at, last.id)))
        ).execute()
      })
      return rows.map(toClient)
    },

    /**
     * Deletes a client. Its secret and its tokens are rejected from the next request on.
     * @throws {ApiError} 404 for an unknown client; 403 when it has administration scopes that the caller lacks
     */
    remove: (id: string, caller: Caller): Promise<void> =>
      store.write(async (db) => {
        const rights = await claimRights(store, db, caller, requiredScope)
        const row = await db.selectFrom('clients').select('scopes').where('id', '=', id).executeTakeFirst()
        if (row === undefined) throw notFound('There is no such client.')
        demandReach(scopesOf(row.scopes), rights, { what: 'The client' })
        await db.deleteFrom('clients').where('id', '=', id).execute()
        await audit.record(db, { event: 'client_deleted', origin: caller.origin, details: { client_id: id } })
      }),

    async find(id: string): Promise<ConfidentialClient | undefined> {
      const row = isId(id) ? await read(id) : undefined
      return row === undefined ? undefined : toClient(row)
    },

    /**
     * Authenticates the client of a request at an OAuth endpoint.
     * @param authorization the `Authorization` header of the request
     * @param find finds the client of a well-formed identifier
     * @throws {ApiError} 400 `invalid_request`; 401 `invalid_client`, the same for an unknown client and a wrong secret
     */
    async authenticate(
      authorization: string | undefined,
      form: ClientForm,
      origin: Origin,
      find: (id: string) => Promise<ClientRow | undefined> = async (id) => read(id),
    ): Promise<Client> {
      const { id, secret } = readClientCredentials(authorization, form)
      if (id === firstPartyClient.id) {
        if (secret !== undefined) throw invalidClient()
        return firstPartyClient
      }
      const row = isId(id) ? await find(id) : undefined
      if (row === undefined || secret === undefined || !isSecretOf(row, secret)) {
        await audit.reportRateLimited({
          event: 'client_authentication_failed',
          outcome: 'failure',
          origin,
          details: { client_id: row?.id ?? null },
        })
        throw invalidClient()
      }
      return toClient(row)
    },
  }
}

function checkNewClient({ name, client_credentials: clientCredentials, introspection }: NewClient, scopes: string[]) {
  if (name.trim() === '' || !/^[^\p{C}]{1,128}$/u.test(name)) {
    throw invalidField('client_name', 'must have 1 to 128 visible characters')
  }
  if (!clientCredentials && !introspection) {
    throw invalidField('grant_types', 'must contain client_credentials, unless introspection is allowed')
  }
  if (scopes.length > 0 && !clientCredentials) {
    throw invalidField('scope', 'must be empty without the grant type client_credentials')
  }
  if (scopes.includes(ownScope)) throw invalidField('scope', `must not contain ${ownScope}, which is for users only`)
  if (!scopes.every(isScope)) {
    throw invalidField('scope', 'must contain printable ASCII characters only, without " and \\')
  }
}

/** Only well-formed identifiers are looked up. */
function isId(id: string) {
  return /^client_[\w-]{22}$/.test(id)
}

function digestOf(secret: string) {
  return hash('sha256', secret, 'base64url')
}

function isSecretOf({ secret_hash: stored }: ClientRow, secret: string) {
  return timingSafeEqual(Buffer.from(digestOf(secret)), Buffer.from(stored))
}

function toClient({
  id,
  name,
  scopes,
  client_credentials: clientCredentials,
  introspection,
  created_at,
}: ClientRow): ConfidentialClient {
  return {
    type: 'confidential',
    id,
    name,
    scopes: scopesOf(scopes),
    grant_types: clientCredentials === 1 ? ['client_credentials'] : [],
    introspection: introspection === 1,
    created_at,
  }
}

/** A client in JSON, with the field names of RFC 7591 2. */
export function describeClient({ id, name, scopes, grant_types, introspection, created_at }: ConfidentialClient) {
  return {
    client_id: id,
    client_name: name,
    grant_types,
    scope: scopes.join(' '),
    introspection,
    created_at: new Date(created_at).toISOString(),
  }
}
