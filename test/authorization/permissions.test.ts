import t, { type Test } from 'tap'
import { fromCommand } from '../../src/audit/origin.ts'
import type { ConfidentialClient } from '../../src/authorization/principal.ts'
import { claimRights, operator, type Caller } from '../../src/authorization/permissions.ts'
import { toAccount } from '../../src/users/account.ts'
import { toUserRow } from '../../src/users/rows.ts'
import { openService } from '../support/transfer.ts'
import { onBoth, type DatabaseKind } from '../support/build.ts'

const scopes = ['account', 'users:write', 'keys:write']

/** A user with a session and a client, both calling with these scopes. */
async function withCallers(t: Test, database: DatabaseKind) {
  const { store } = await openService(t, database)
  const row = toUserRow(
    { username: 'ada' },
    { passwordHash: '', scopes: scopes.slice(1) },
    { usernames: 'required', time: 0 },
  )
  const client: ConfidentialClient = {
    type: 'confidential',
    id: 'client_a',
    name: 'a client',
    scopes: scopes.slice(1),
    grant_types: ['client_credentials'],
    introspection: false,
    created_at: 0,
  }
  await store.write(async (db) => {
    await db.insertInto('users').values(row).execute()
    await db
      .insertInto('sessions')
      .values({
        id: 'a session',
        user_id: row.id,
        client_id: 'latchkey',
        scope: scopes.join(' '),
        nonce: '',
        generation: 0,
        rotated_at: 0,
        created_at: 0,
        used_at: 0,
        expires_at: 0,
        authenticated_at: 0,
        methods: 'pwd',
      })
      .execute()
    await db
      .insertInto('clients')
      .values({
        id: client.id,
        name: client.name,
        secret_hash: '',
        scopes: client.scopes.join(' '),
        client_credentials: 1,
        introspection: 0,
        created_at: 0,
      })
      .execute()
  })
  const callers: Record<'user' | 'client', Caller> = {
    user: {
      origin: fromCommand,
      subject: {
        account: toAccount(row),
        session: { id: 'a session', authenticatedAt: 0, methods: ['pwd'] },
        hasSecondFactor: false,
        needsSecondFactor: false,
        scopes,
      },
    },
    client: { origin: fromCommand, subject: { client, scopes } },
  }
  return {
    store,
    /** The caller's effective scopes, read in the transaction that uses them. */
    rightsOf: (caller: Caller, needed = 'users:write') => store.write((db) => claimRights(store, db, caller, needed)),
    callers,
  }
}

onBoth(t, 'a caller acts with the permissions they hold when the request takes effect', async (t, database) => {
  const {
    callers: { user, client },
    rightsOf,
    store,
  } = await withCallers(t, database)
  t.strictSame([await rightsOf(user), await rightsOf(client)], [scopes, scopes])
  for (const table of ['users', 'clients'] as const) {
    await store.write((db) => db.updateTable(table).set({ scopes: 'users:write audit:read' }).execute())
  }
  t.strictSame(
    [await rightsOf(user), await rightsOf(client)],
    [
      ['account', 'users:write'],
      ['account', 'users:write'],
    ],
    'never more than the token grants',
  )
  for (const caller of [user, client]) {
    await t.rejects(rightsOf(caller, 'keys:write'), {
      statusCode: 403,
      code: 'insufficient_scope',
      missing: ['keys:write'],
    })
  }
  t.equal(await rightsOf(operator), 'all')
})

onBoth(
  t,
  'a caller whose session ended or who was disabled or removed in the meantime is rejected',
  async (t, database) => {
    const {
      callers: { user, client },
      rightsOf,
      store,
    } = await withCallers(t, database)
    const rejection = { statusCode: 401, code: 'invalid_token' }
    await store.write((db) => db.updateTable('users').set({ disabled: 1 }).execute())
    await t.rejects(rightsOf(user), rejection)
    await store.write((db) => db.updateTable('users').set({ disabled: 0 }).execute())
    await store.write((db) => db.deleteFrom('sessions').execute())
    await t.rejects(rightsOf(user), rejection)
    await store.write((db) => db.updateTable('clients').set({ client_credentials: 0 }).execute())
    await t.rejects(rightsOf(client), rejection)
  },
)
