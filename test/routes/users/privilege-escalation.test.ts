import t, { type Test } from 'tap'
import {
  buildWithSql,
  onBoth,
  registerClient,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../../support/build.ts'
import { accept, ask, invited, outcomeOf, userWithScopes } from '../../support/administration.ts'
import { tokenOf } from '../../support/clients.ts'
import { changeAccount, registerVerified } from '../../support/recovery.ts'

type OpenedService = Awaited<ReturnType<typeof withAdministrators>>

/** eve, who administers users and clients; high, who has more scopes; low, who has none. */
async function withAdministrators(t: Test, database: DatabaseKind) {
  const built = await buildWithSql(t, database)
  const { app, change, mailbox, rows } = built
  await registerVerified(app, mailbox, 'high', 'high@example.com')
  await change(
    "update users set scopes = 'users:read users:write clients:write keys:write audit:read' where username = 'high'",
  )
  const [row] = await rows("select id from users where username = 'high'")
  const high = {
    id: String(row?.id),
    token: (
      await signIn(app, 'high', { scope: 'account users:read users:write clients:write keys:write audit:read' })
    ).json<TokenResponse>().access_token,
  }
  const eve = await userWithScopes(app, change, 'users:read users:write clients:write', 'eve')
  const low = await userWithScopes(app, change, '', 'low')
  const invitation = await invited(app, mailbox, high.token, { email: 'auditor@example.com', scopes: ['audit:read'] })
  const client = await registerClient(app, high.token, {
    grant_types: ['client_credentials'],
    scope: 'keys:write users:write',
  })
  await mailbox.collect(app)
  return {
    ...built,
    high,
    eve,
    low,
    invitation,
    client,
    /** Everything that no attempt may change. */
    everything: async () =>
      JSON.stringify(
        await Promise.all(
          [
            'users',
            'clients',
            'one_time_tokens',
            'outbox',
            'mail_requests',
            'invitations',
            'sessions',
            'throttles',
          ].map((table) => rows(`select * from ${table} order by 1`)),
        ),
      ),
  }
}

const rejected = '403 insufficient_scope'

onBoth(
  t,
  'no administrator acts on users with more rights or grants what they lack, and each attempt is logged (S16)',
  async (t, database) => {
    const { app, client, eve, everything, high, invitation, low, rows } = await withAdministrators(t, database)
    const session = (await ask(app, high.token, 'GET', '/users/me/sessions')).json<{ sessions: { id: string }[] }>()
      .sessions[0]
    const before = await everything()
    const attempts: [string, Parameters<typeof ask>[2], string, object?][] = [
      ['another address for a user with more scopes', 'PATCH', `/users/${high.id}`, { email: 'eve@example.com' }],
      ['no address', 'PATCH', `/users/${high.id}`, { email: null }],
      ['another name', 'PATCH', `/users/${high.id}`, { name: 'nobody' }],
      ['nothing at all', 'PATCH', `/users/${high.id}`, {}],
      ['disabling them', 'PATCH', `/users/${high.id}`, { disabled: true }],
      ['withdrawing all scopes', 'PATCH', `/users/${high.id}`, { scopes: [] }],
      ['withdrawing scopes that eve has', 'PATCH', `/users/${high.id}`, { scopes: ['keys:write', 'audit:read'] }],
      ['deleting them', 'DELETE', `/users/${high.id}`],
      ['unlocking them', 'POST', `/users/${high.id}/unlock`],
      ['a reset', 'POST', `/users/${high.id}/password-reset`],
      ['removing their second factors', 'DELETE', `/users/${high.id}/factors`],
      ['ending their sessions', 'DELETE', `/users/${high.id}/sessions`],
      ['ending one of their sessions', 'DELETE', `/users/${high.id}/sessions/${session?.id}`],
      ['granting more to another user', 'PATCH', `/users/${low.id}`, { scopes: ['keys:write'] }],
      [
        'granting more along with other changes',
        'PATCH',
        `/users/${low.id}`,
        { name: 'Low', scopes: ['posts:write', 'users:read', 'admin:anything'] },
      ],
      [
        'granting more to herself',
        'PATCH',
        `/users/${eve.id}`,
        { scopes: ['users:read', 'users:write', 'clients:write', 'keys:write'] },
      ],
      [
        'a reserved scope that no user has',
        'PATCH',
        `/users/${eve.id}`,
        { scopes: ['users:read', 'users:write', 'users:'] },
      ],
      [
        'inviting a user with more scopes',
        'POST',
        '/invitations',
        { email: 'eve@example.com', scopes: ['audit:read'] },
      ],
      ['withdrawing an invitation with more scopes', 'DELETE', `/invitations/${invitation.id}`],
      [
        'a client that has more',
        'POST',
        '/clients',
        { client_name: 'x', grant_types: ['client_credentials'], scope: 'keys:write' },
      ],
      ['removing a client that has more', 'DELETE', `/clients/${client.id}`],
    ]
    for (const [attempt, method, path, body] of attempts) {
      t.equal(outcomeOf(await ask(app, eve.token, method, path, body)), rejected, attempt)
    }
    for (const body of [
      { id: eve.id },
      { password_hash: secretFor('x') },
      { password: secretFor('x') },
      { email_verified: true },
      { username: 'eve' },
      { password_version: 1 },
    ]) {
      t.equal(
        outcomeOf(await ask(app, eve.token, 'PATCH', `/users/${low.id}`, body)),
        '400 invalid_request',
        `${Object.keys(body)} (S9)`,
      )
    }
    for (const body of [{ scopes: ['users:write'] }, { disabled: false }, { email_verified: true }]) {
      t.equal(outcomeOf(await changeAccount(app, low.token, body)), '400 invalid_request', 'their own account (S9)')
    }
    t.equal(await everything(), before)
    const failures = await rows(
      `select details, user_id from events where event = 'authorization_failed' and actor_id = '${eve.id}' order by id`,
    )
    t.equal(failures.length, attempts.length)
    t.match(failures[0], {
      details: '{"operation":"PATCH /auth/users/:id","missing":["keys:write","audit:read"]}',
      user_id: high.id,
    })
  },
)

t.test('the scopes in the access token count, as far as the user still holds them (S16)', async (t) => {
  const { app, change, eve, high, low, everything } = await withAdministrators(t, 'sqlite')
  const narrow = (await signIn(app, 'high', { scope: 'users:read users:write' })).json<TokenResponse>().access_token
  const writeOnly = (await signIn(app, 'eve', { scope: 'users:write' })).json<TokenResponse>().access_token
  const unasked = (await signIn(app, 'eve')).json<TokenResponse>().access_token
  const before = await everything()
  for (const [attempt, token, method, path, body] of [
    ['a token with fewer scopes', narrow, 'PATCH', `/users/${low.id}`, { scopes: ['keys:write'] }],
    [
      'their own account, which has more scopes than the token',
      narrow,
      'PATCH',
      `/users/${high.id}`,
      { scopes: ['users:write', 'keys:write'] },
    ],
    ['reading', writeOnly, 'GET', '/users'],
    ['reading a user', writeOnly, 'GET', `/users/${low.id}`],
    ['reading by an empty change', writeOnly, 'PATCH', `/users/${low.id}`, {}],
    ['reading sessions', writeOnly, 'GET', `/users/${low.id}/sessions`],
    ['reading invitations', writeOnly, 'GET', '/invitations'],
    ['reading the log', writeOnly, 'GET', '/events'],
    ['without the requested scope', unasked, 'POST', `/users/${low.id}/unlock`],
    ['without any scope', low.token, 'DELETE', '/sessions'],
  ] as const) {
    t.equal(outcomeOf(await ask(app, token, method, path, body)), rejected, attempt)
  }
  t.equal(await everything(), before)

  await change("update users set scopes = 'users:read users:write' where username = 'high'")
  t.equal(
    outcomeOf(await ask(app, high.token, 'PATCH', `/users/${eve.id}`, { name: 'Eve' })),
    rejected,
    'the scope has been withdrawn',
  )
  // Both requests are simultaneous: in either order, a withdrawn scope grants nothing.
  const [, given] = await Promise.all([
    ask(app, eve.token, 'PATCH', `/users/${high.id}`, { scopes: [] }),
    ask(app, high.token, 'PATCH', `/users/${low.id}`, { scopes: ['users:read'] }),
  ])
  const seen = (await ask(app, eve.token, 'GET', `/users/${low.id}`)).json<{ scopes: string[] }>().scopes
  t.strictSame(seen, given.statusCode === 200 ? ['users:read'] : [])
})

onBoth(t, 'changing your own address or deleting your own account requires the password', async (t, database) => {
  const { app, eve, everything } = await withAdministrators(t, database)
  const before = await everything()
  t.equal(
    outcomeOf(await ask(app, eve.token, 'PATCH', `/users/${eve.id}`, { email: 'thief@example.com' })),
    '409 own_account',
  )
  t.equal(
    outcomeOf(await ask(app, eve.token, 'PATCH', `/users/${eve.id.toUpperCase()}`, { email: null })),
    '409 own_account',
  )
  t.equal(outcomeOf(await ask(app, eve.token, 'DELETE', `/users/${eve.id}`)), '409 own_account')
  t.equal(await everything(), before)
})

/** What can happen to an inviter before the invitation is accepted. */
const inviterChanges: Record<string, (built: OpenedService) => Promise<unknown>> = {
  'the inviter has lost the scope': ({ change }) =>
    change("update users set scopes = 'users:read users:write' where username = 'eve'"),
  'the inviter may no longer invite': ({ change }) =>
    change("update users set scopes = 'users:read clients:write' where username = 'eve'"),
  'the inviter is disabled': ({ app, eve, high }) =>
    ask(app, high.token, 'PATCH', `/users/${eve.id}`, { disabled: true }),
  'the inviter is deleted': ({ app, eve, high }) => ask(app, high.token, 'DELETE', `/users/${eve.id}`),
}

onBoth(
  t,
  'an invitation grants nothing that its inviter can no longer grant when it is accepted (S16)',
  async (t, database) => {
    for (const [inviterChange, apply] of Object.entries(inviterChanges)) {
      const built = await withAdministrators(t, database)
      const { app, eve, mailbox, rows } = built
      const { token } = await invited(app, mailbox, eve.token, {
        email: 'grace@example.com',
        scopes: ['clients:write'],
      })
      await apply(built)
      t.equal(outcomeOf(await accept(app, token)), '400 invalid_invitation', inviterChange)
      t.equal((await rows("select id from users where username = 'grace'")).length, 0, inviterChange)
    }
  },
)

onBoth(t, 'a client acts within its own scopes, regardless of its creator (S16)', async (t, database) => {
  const { app, eve, high, low, mailbox, everything } = await withAdministrators(t, database)
  const made = await registerClient(app, eve.token, {
    grant_types: ['client_credentials'],
    scope: 'users:read users:write posts:write',
  })
  const token = await tokenOf(app, made, 'users:read users:write')
  const before = await everything()
  for (const [attempt, method, path, body] of [
    ['the user who created it', 'PATCH', `/users/${eve.id}`, { disabled: true }],
    ['a user with more scopes', 'DELETE', `/users/${high.id}/sessions`],
    ['granting a scope it lacks', 'PATCH', `/users/${low.id}`, { scopes: ['clients:write'] }],
    [
      'inviting with a scope it lacks',
      'POST',
      '/invitations',
      { email: 'grace@example.com', scopes: ['clients:write'] },
    ],
  ] as const) {
    t.equal(outcomeOf(await ask(app, token, method, path, body)), rejected, attempt)
  }
  t.equal(await everything(), before)

  t.match((await ask(app, token, 'PATCH', `/users/${low.id}`, { scopes: ['posts:write', 'users:read'] })).json(), {
    scopes: ['posts:write', 'users:read'],
  })
  const { token: link } = await invited(app, mailbox, token, { email: 'grace@example.com', scopes: ['users:write'] })
  t.equal((await ask(app, eve.token, 'DELETE', `/clients/${made.id}`)).statusCode, 204)
  t.equal(outcomeOf(await ask(app, token, 'GET', '/users')), '401 invalid_token')
  t.equal(
    outcomeOf(await accept(app, link)),
    '400 invalid_invitation',
    'the removed client can no longer grant anything',
  )
})

onBoth(t, 'signing all users out spares those with more scopes', async (t, database) => {
  const { app, eve, high, low } = await withAdministrators(t, database)
  t.equal((await ask(app, eve.token, 'DELETE', '/sessions')).statusCode, 204)
  const alive = await Promise.all(
    [eve, high, low].map(async ({ token }) => (await ask(app, token, 'GET', '/users/me')).statusCode),
  )
  t.strictSame(alive, [200, 200, 401])
})
