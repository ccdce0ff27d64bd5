import t from 'tap'
import { buildWithSql, minute, onBoth, signedUp } from '../../support/build.ts'
import { ask, outcomeOf, userWithScopes } from '../../support/administration.ts'
import { buildWithClients, tokenOf } from '../../support/clients.ts'

interface Page {
  events: {
    id: string
    event: string
    user_id: string | null
    address: string | null
    outcome: string
    device: string | null
  }[]
  next: string | null
}

onBoth(t, 'the audit log is read with filters and page by page while events are added', async (t, database) => {
  const { app, change, clock } = await buildWithSql(t, database)
  const auditor = await userWithScopes(app, change, 'audit:read users:read users:write', 'auditor')
  const read = async (query: Record<string, string> = {}): Promise<Page> =>
    (await ask(app, auditor.token, 'GET', `/events?${new URLSearchParams(query)}`)).json()
  const start = clock.now()
  clock.advance(minute)
  const { access_token: ada } = await signedUp(app, 'ada')
  const { user_id: adaId } = (await read({ event: 'signed_in', limit: '1' })).events[0] ?? {}
  t.equal(outcomeOf(await ask(app, ada, 'GET', '/keys')), '403 insufficient_scope')
  clock.advance(minute)
  await ask(app, auditor.token, 'PATCH', `/users/${adaId}`, { name: 'Ada' })

  const summaryOf = async (query: Record<string, string>) => (await read(query)).events.map(({ event }) => event)
  for (const [query, events] of [
    [{ event: 'authorization_failed' }, ['authorization_failed']],
    [{ outcome: 'failure' }, ['authorization_failed']],
    [{ user_id: String(adaId) }, ['account_changed', 'signed_in', 'registered']],
    [{ user_id: String(adaId).toUpperCase(), event: 'signed_in' }, ['signed_in']],
    [{ actor_id: auditor.id }, ['account_changed', 'signed_in', 'registered']],
    [{ address: '127.0.0.1', event: 'signed_in' }, ['signed_in', 'signed_in']],
    [{ address: '203.0.113.7' }, []],
    [{ since: new Date(start + 2 * minute).toISOString() }, ['account_changed']],
    [{ until: new Date(start + minute).toISOString() }, ['signed_in', 'registered', 'key_published']],
    [
      { since: new Date(start + minute).toISOString(), until: new Date(start + 2 * minute).toISOString() },
      ['authorization_failed', 'signed_in', 'registered'],
    ],
  ] as const) {
    t.strictSame(await summaryOf(query), events, JSON.stringify(query))
  }
  t.match((await read({ event: 'authorization_failed' })).events[0], {
    created_at: new Date(start + minute).toISOString(),
    outcome: 'failure',
    user_id: null,
    actor_type: 'user',
    actor_id: adaId,
    address: '127.0.0.1',
    request_id: /^[\da-f-]{36}$/,
    details: { operation: 'GET /auth/keys', missing: ['keys:write'] },
  })

  const all = (await read()).events.map(({ id }) => id)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await read({ limit: '2', ...(cursor === '' ? {} : { cursor }) })
    seen.push(...page.events.map(({ id }) => id))
    cursor = page.next
    await ask(app, ada, 'GET', '/keys')
  }
  t.strictSame(seen, all)
  for (const [query, path] of [
    ['event=nothing', '/event'],
    ['outcome=maybe', '/outcome'],
    ['user_id=ada', '/user_id'],
    ['since=now', '/since'],
    ['limit=0', '/limit'],
    ['cursor=1', '/cursor'],
    ['actor=x', '/actor'],
    ['address=', '/address'],
    ['address=10.0.0.0/33', '/address'],
    ['address=10/8', '/address'],
    ['address=2001:db8::/129', '/address'],
    ['address=example.com/24', '/address'],
  ] as const) {
    t.match(
      (await ask(app, auditor.token, 'GET', `/events?${query}`)).json(),
      { status: 400, code: 'invalid_request', errors: [{ path }] },
      query,
    )
  }
})

onBoth(t, 'events are filtered by network (N6)', async (t, database) => {
  const { app, change } = await buildWithSql(t, database)
  const auditor = await userWithScopes(app, change, 'audit:read', 'auditor')
  const idAt = (index: number) => `'00000000-0000-7000-8000-${100_000_000_000 + index}'`
  const addresses = [
    ...['10.1.0.5', '10.1.15.9', '10.1.16.1', '10.10.0.1', '100.1.0.1', '192.0.2.7', '192.0.2.70'],
    ...['2001:db8::1', '2001:db8:1:2:3:4:5:6', '2001:db8:0:1::9', '2001:db8:0:1:2:3:4:5', '2001:db80::1', '::1'],
    // Invalid addresses belong to no network.
    ...['10.1.x', '10.1.2.300', '2001:db8:zz', 'unknown', ''],
  ]
  const rows = addresses.map((address, index) => `(${idAt(index)}, 0, 'keys_reset', 'success', '${address}', '{}')`)
  await change(`insert into events (id, created_at, event, outcome, address, details) values ${rows.join()}`)

  const read = async (query: Record<string, string>): Promise<Page> =>
    (await ask(app, auditor.token, 'GET', `/events?${new URLSearchParams(query)}`)).json()
  /** The positions in `addresses` of the events found. */
  async function found(address: string) {
    const { events } = await read({ address, event: 'keys_reset', limit: '200' })
    return events.map((event) => addresses.indexOf(String(event.address))).reverse()
  }
  const small: [string, number[]][] = [
    ['10.1.0.0/16', [0, 1, 2]],
    ['10.1.99.99/16', [0, 1, 2]],
    ['10.1.0.0/20', [0, 1]],
    ['::ffff:10.1.0.0/116', [0, 1]],
    ['10.0.0.0/8', [0, 1, 2, 3]],
    ['8.0.0.0/6', [0, 1, 2, 3]],
    ['192.0.2.7/32', [5]],
    ['192.0.2.0/24', [5, 6]],
    ['0.0.0.0/0', [0, 1, 2, 3, 4, 5, 6]],
    ['2001:db8::/32', [7, 8, 9, 10]],
    ['2001:DB8::/48', [7, 9, 10]],
    ['2001:db8:0:1::/64', [9, 10]],
    ['2001:db8:1:2:3:4:5:6/128', [8]],
    ['::/0', [7, 8, 9, 10, 11, 12]],
    ['::1/128', [12]],
    ['198.51.100.0/24', []],
    ['192.0.2.7', [5]],
  ]
  for (const [address, places] of small) t.strictSame(await found(address), places, address)
  for (const address of ['localhost', '10.1.0.0/33']) {
    t.equal((await ask(app, auditor.token, 'GET', `/events?address=${address}`)).statusCode, 400, address)
  }

  // With this many events the log is read backwards.
  const [count, first] = [10_500, addresses.length]
  await change(
    'insert into events (id, created_at, event, outcome, address, details) with recursive n (i) as ' +
      `(select 0 union all select i + 1 from n where i < ${count - 1}) select '00000000-0000-7000-8000-' || ` +
      `cast(100000000000 + ${first} + i as text), 0, 'keys_reset', 'success', '10.1.' || ` +
      "cast(i % 16 as text) || '.1', '{}' from n",
  )
  t.strictSame(await found('10.1.16.0/20'), [2], 'an event at the very end of the log')
  const page = await read({ address: '10.1.0.0/20', limit: '2' })
  t.match(page, { events: { length: 2 }, next: String })
  const next = await read({ address: '10.1.0.0/20', limit: '2', cursor: String(page.next) })
  const ids = [...page.events, ...next.events].map(({ id }) => `'${id}'`)
  t.strictSame(
    ids,
    [1, 2, 3, 4].map((back) => idAt(first + count - back)),
  )
})

t.test(
  'reading the log requires audit:read in the token, and a sample of the rejected attempts is logged',
  async (t) => {
    const { app, admin, change, worker, rows } = await buildWithClients(t, 'sqlite')
    t.equal(outcomeOf(await ask(app, admin, 'GET', '/events')), '403 insufficient_scope')
    t.equal((await app.inject('/auth/events')).statusCode, 401)
    await change(`update clients set scopes = 'audit:read' where id = '${worker.id}'`)
    const client = await tokenOf(app, worker, 'audit:read')
    t.match((await ask(app, client, 'GET', '/events?event=client_created')).json(), {
      events: [{ actor_type: 'user', details: { client_id: String } }, {}],
    })
    t.equal(
      outcomeOf(await ask(app, client, 'GET', '/users/me/events')),
      '403 insufficient_scope',
      'a client has no log of its own',
    )
    for (let time = 0; time < 80; time++) await ask(app, client, 'GET', '/keys')
    const failures = await rows(
      "select actor_type, actor_id, details from events where event = 'authorization_failed' order by id",
    )
    t.equal(failures.length, 60, 'a flood does not fill the disk')
    t.match(failures[2], {
      actor_type: 'client',
      actor_id: worker.id,
      details: '{"operation":"GET /auth/keys","missing":["keys:write"]}',
    })
  },
)

onBoth(t, 'users see the events of their own account without the network of an administrator', async (t, database) => {
  const { app, change, clock } = await buildWithSql(t, database)
  const admin = await userWithScopes(app, change, 'users:read users:write', 'admin')
  await signedUp(app, 'eve')
  const { access_token: ada } = await signedUp(app, 'ada')
  const { id } = (await ask(app, ada, 'GET', '/users/me')).json()
  clock.advance(1)
  await ask(app, admin.token, 'PATCH', `/users/${id}`, { name: 'Ada', scopes: ['posts:write'] })
  const { events, next } = (await ask(app, ada, 'GET', '/users/me/events')).json<Page>()
  t.match(events, [
    {
      event: 'account_changed',
      user_id: id,
      actor_type: 'user',
      actor_id: admin.id,
      address: null,
      device: null,
      user_agent: null,
      request_id: null,
      details: { changed: ['name'] },
    },
    { event: 'scopes_changed', details: { granted: ['posts:write'], withdrawn: [] } },
    {
      event: 'signed_in',
      user_id: id,
      actor_type: 'user',
      actor_id: id,
      address: '127.0.0.1',
      details: { session_id: String },
    },
    { event: 'registered' },
  ])
  t.strictSame([events.length, next], [4, null])
  const first = (await ask(app, ada, 'GET', '/users/me/events?limit=1')).json<Page>()
  t.match((await ask(app, ada, 'GET', `/users/me/events?limit=1&cursor=${first.next}`)).json(), {
    events: [{ event: 'scopes_changed' }],
  })
  t.equal(outcomeOf(await ask(app, ada, 'GET', '/users/me/events?user_id=x')), '400 invalid_request')
  t.match((await ask(app, ada, 'GET', '/users/me/export')).json(), {
    events: [
      { event: 'registered' },
      { event: 'signed_in' },
      { event: 'scopes_changed', address: null },
      { event: 'account_changed' },
    ],
  })
})
