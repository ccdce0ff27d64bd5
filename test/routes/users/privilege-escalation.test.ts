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
import { accept, ask, invited, outcomeOf, somebody } from '../../support/administration.ts'
import { tokenOf } from '../../support/clients.ts'
import { changeAccount, registerVerified } from '../../support/recovery.ts'

type OpenedService = Awaited<ReturnType<typeof withRanks>>

/** Eve, who administers users and clients and would like to do more; who holds more; and who holds nothing. */
async function withRanks(t: Test, database: DatabaseKind) {
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
  const eve = await somebody(app, change, 'users:read users:write clients:write', 'eve')
  const low = await somebody(app, change, '', 'low')
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
    /** All that must stay as it is, whatever is tried. */
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

const refused = '403 insufficient_scope'

onBoth(
  t,
  'no administrator acts on users with more rights or grants what they lack, and each attempt is logged (S16)',
  async (t, database) => {
    const { app, client, eve, everything, high, invitation, low, rows } = await withRanks(t, database)
    const session = (await ask(app, high.token, 'GET', '/users/me/sessions')).json<{ sessions: { id: string }[] }>()
      .sessions[0]
    const before = await everything()
    const ways: [string, Parameters<typeof ask>[2], string, object?][] = [
      ['another address for who holds more', 'PATCH', `/users/${high.id}`, { email: 'eve@example.com' }],
      ['no address', 'PATCH', `/users/${high.id}`, { email: null }],
      ['another name', 'PATCH', `/users/${high.id}`, { name: 'nobody' }],
      ['nothing at all', 'PATCH', `/users/${high.id}`, {}],
      ['keeping them out', 'PATCH', `/users/${high.id}`, { disabled: true }],
      ['taking all scopes', 'PATCH', `/users/${high.id}`, { scopes: [] }],
      ['taking what one has oneself', 'PATCH', `/users/${high.id}`, { scopes: ['keys:write', 'audit:read'] }],
      ['deleting them', 'DELETE', `/users/${high.id}`],
      ['unlocking them', 'POST', `/users/${high.id}/unlock`],
      ['a reset', 'POST', `/users/${high.id}/password-reset`],
      ['ending their sessions', 'DELETE', `/users/${high.id}/sessions`],
      ['ending one of them', 'DELETE', `/users/${high.id}/sessions/${session?.id}`],
      ['giving more to somebody', 'PATCH', `/users/${low.id}`, { scopes: ['keys:write'] }],
      [
        'giving more beside something else',
        'PATCH',
        `/users/${low.id}`,
        { name: 'Low', scopes: ['posts:write', 'users:read', 'admin:anything'] },
      ],
      [
        'giving more to oneself',
        'PATCH',
        `/users/${eve.id}`,
        { scopes: ['users:read', 'users:write', 'clients:write', 'keys:write'] },
      ],
      ['a scope that nobody has yet', 'PATCH', `/users/${eve.id}`, { scopes: ['users:read', 'users:write', 'users:'] }],
      [
        'inviting somebody who is to hold more',
        'POST',
        '/invitations',
        { email: 'eve@example.com', scopes: ['audit:read'] },
      ],
      ['withdrawing what is above', 'DELETE', `/invitations/${invitation.id}`],
      [
        'a client that has more',
        'POST',
        '/clients',
        { client_name: 'x', grant_types: ['client_credentials'], scope: 'keys:write' },
      ],
      ['removing a client that has more', 'DELETE', `/clients/${client.id}`],
    ]
    for (const [way, method, path, body] of ways) {
      t.equal(outcomeOf(await ask(app, eve.token, method, path, body)), refused, way)
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
      t.equal(outcomeOf(await changeAccount(app, low.token, body)), '400 invalid_request', 'for oneself (S9)')
    }
    t.equal(await everything(), before)
    const failures = await rows(
      `select details, user_id from events where event = 'authorization_failed' and actor_id = '${eve.id}' order by id`,
    )
    t.equal(failures.length, ways.length)
    t.match(failures[0], {
      details: '{"operation":"PATCH /auth/users/:id","missing":["keys:write","audit:read"]}',
      user_id: high.id,
    })
  },
)

t.test('what counts is what the access token holds, and what is left of it when it takes effect (S16)', async (t) => {
  const { app, change, eve, high, low, everything } = await withRanks(t, 'sqlite')
  const narrow = (await signIn(app, 'high', { scope: 'users:read users:write' })).json<TokenResponse>().access_token
  const writeOnly = (await signIn(app, 'eve', { scope: 'users:write' })).json<TokenResponse>().access_token
  const unasked = (await signIn(app, 'eve')).json<TokenResponse>().access_token
  const before = await everything()
  for (const [way, token, method, path, body] of [
    ['a token with less', narrow, 'PATCH', `/users/${low.id}`, { scopes: ['keys:write'] }],
    [
      'on oneself, who holds more than the token',
      narrow,
      'PATCH',
      `/users/${high.id}`,
      { scopes: ['users:write', 'keys:write'] },
    ],
    ['reading', writeOnly, 'GET', '/users'],
    ['reading one', writeOnly, 'GET', `/users/${low.id}`],
    ['reading by changing nothing', writeOnly, 'PATCH', `/users/${low.id}`, {}],
    ['reading sessions', writeOnly, 'GET', `/users/${low.id}/sessions`],
    ['reading invitations', writeOnly, 'GET', '/invitations'],
    ['reading the log', writeOnly, 'GET', '/events'],
    ['what was not asked for', unasked, 'POST', `/users/${low.id}/unlock`],
    ['who holds nothing', low.token, 'DELETE', '/sessions'],
  ] as const) {
    t.equal(outcomeOf(await ask(app, token, method, path, body)), refused, way)
  }
  t.equal(await everything(), before)

  await change("update users set scopes = 'users:read users:write' where username = 'high'")
  t.equal(
    outcomeOf(await ask(app, high.token, 'PATCH', `/users/${eve.id}`, { name: 'Eve' })),
    refused,
    'the scope has been withdrawn since',
  )
  // Both come to the 'sqlite' at once: whichever is first, a withdrawn right gives nothing.
  const [, given] = await Promise.all([
    ask(app, eve.token, 'PATCH', `/users/${high.id}`, { scopes: [] }),
    ask(app, high.token, 'PATCH', `/users/${low.id}`, { scopes: ['users:read'] }),
  ])
  const seen = (await ask(app, eve.token, 'GET', `/users/${low.id}`)).json<{ scopes: string[] }>().scopes
  t.strictSame(seen, given.statusCode === 200 ? ['users:read'] : [])
})

onBoth(
  t,
  'one’s own address is changed, and one’s own account deleted, with the password alone',
  async (t, database) => {
    const { app, eve, everything } = await withRanks(t, database)
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
  },
)

/** What can become of an inviter before the invitation is accepted. */
const fates: Record<string, (built: OpenedService) => Promise<unknown>> = {
  'who has lost the scope': ({ change }) =>
    change("update users set scopes = 'users:read users:write' where username = 'eve'"),
  'who may invite nobody any more': ({ change }) =>
    change("update users set scopes = 'users:read clients:write' where username = 'eve'"),
  'who is disabled': ({ app, eve, high }) => ask(app, high.token, 'PATCH', `/users/${eve.id}`, { disabled: true }),
  'who is gone': ({ app, eve, high }) => ask(app, high.token, 'DELETE', `/users/${eve.id}`),
}

onBoth(t, 'an invitation is worth what its inviter could still give when it is accepted (S16)', async (t, database) => {
  for (const [fate, befall] of Object.entries(fates)) {
    const built = await withRanks(t, database)
    const { app, eve, mailbox, rows } = built
    const { token } = await invited(app, mailbox, eve.token, { email: 'grace@example.com', scopes: ['clients:write'] })
    await befall(built)
    t.equal(outcomeOf(await accept(app, token)), '400 invalid_invitation', fate)
    t.equal((await rows("select id from users where username = 'grace'")).length, 0, fate)
  }
})

onBoth(t, 'a client acts within its own scopes, whoever created it (S16)', async (t, database) => {
  const { app, eve, high, low, mailbox, everything } = await withRanks(t, database)
  const made = await registerClient(app, eve.token, {
    grant_types: ['client_credentials'],
    scope: 'users:read users:write posts:write',
  })
  const token = await tokenOf(app, made, 'users:read users:write')
  const before = await everything()
  for (const [way, method, path, body] of [
    ['who made it', 'PATCH', `/users/${eve.id}`, { disabled: true }],
    ['who holds more', 'DELETE', `/users/${high.id}/sessions`],
    ['giving what it lacks', 'PATCH', `/users/${low.id}`, { scopes: ['clients:write'] }],
    ['inviting with what it lacks', 'POST', '/invitations', { email: 'grace@example.com', scopes: ['clients:write'] }],
  ] as const) {
    t.equal(outcomeOf(await ask(app, token, method, path, body)), refused, way)
  }
  t.equal(await everything(), before)

  t.match((await ask(app, token, 'PATCH', `/users/${low.id}`, { scopes: ['posts:write', 'users:read'] })).json(), {
    scopes: ['posts:write', 'users:read'],
  })
  const { token: link } = await invited(app, mailbox, token, { email: 'grace@example.com', scopes: ['users:write'] })
  t.equal((await ask(app, eve.token, 'DELETE', `/clients/${made.id}`)).statusCode, 204)
  t.equal(outcomeOf(await ask(app, token, 'GET', '/users')), '401 invalid_token')
  t.equal(outcomeOf(await accept(app, link)), '400 invalid_invitation', 'it is gone, and cannot give any more')
})

onBoth(t, 'signing everybody out leaves those alone who hold more', async (t, database) => {
  const { app, eve, high, low } = await withRanks(t, database)
  t.equal((await ask(app, eve.token, 'DELETE', '/sessions')).statusCode, 204)
  const alive = await Promise.all(
    [eve, high, low].map(async ({ token }) => (await ask(app, token, 'GET', '/users/me')).statusCode),
  )
  t.strictSame(alive, [200, 200, 401])
})
