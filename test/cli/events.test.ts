import t from 'tap'
import { ask, outcomeOf, userWithScopes } from '../support/administration.ts'
import { build, onBoth, query, register, secretFor, signIn } from '../support/build.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { latchkey } from '../support/latchkey-command.ts'

interface Event {
  id: string
  event: string
  user_id: string | null
  actor_type: string | null
  outcome: string
}

onBoth(
  t,
  'the audit log is shown as in the API and filtered by user, actor, event, outcome, address and time',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app } = await build(t, { environment: place })
    const change = async (statement: string) => {
      await query(place.DATABASE_URL, statement)
    }
    const admin = await userWithScopes(app, change, 'users:read users:write audit:read', 'ada')
    const { id } = (await register(app, 'bob')).json()
    await signIn(app, 'bob', { password: secretFor('guess') })
    t.equal(outcomeOf(await ask(app, admin.token, 'PATCH', `/users/${id}`, { scopes: ['posts:write'] })), '200')
    const events = async (...parameters: string[]) => {
      const { stdout } = await latchkey(t, place.DATA_DIR, place, 'events', ...parameters, '--json')
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line): Event => JSON.parse(line))
    }
    const api = (await ask(app, admin.token, 'GET', '/events?limit=3')).json()
    t.strictSame(await events('--limit', '3'), api.events)
    t.equal((await events('--limit', '1', '--cursor', api.events[0].id))[0]?.id, api.events[1].id)
    t.ok((await events('--all', '--limit', '1')).length > 4)
    for (const [parameters, expected] of [
      [
        ['--user', 'bob'],
        ['scopes_changed', 'sign_in_failed', 'registered'],
      ],
      [['--user', id, '--failures'], ['sign_in_failed']],
      [['--by', 'ada', '--event', 'scopes_changed'], ['scopes_changed']],
      [['--by', 'client_nobody'], []],
      [['--user', 'bob', '--address', '203.0.113.7'], []],
      [['--user', 'bob', '--since', '1h', '--address', '127.0.0.1', '--event', 'registered'], ['registered']],
      [['--user', 'bob', '--address', '127.0.0.0/8', '--event', 'registered'], ['registered']],
      [['--until', '24h'], []],
    ] as const) {
      t.strictSame(
        (await events(...parameters)).map(({ event }) => event),
        expected,
        parameters.join(' '),
      )
    }

    const { stdout } = await latchkey(t, place.DATA_DIR, place, 'events', '--user', 'bob', '--limit', '2')
    t.match(stdout.split('\n'), [
      /^TIME \(UTC\) +EVENT +USER +BY +FROM +DETAILS$/,
      /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d +scopes_changed +bob +ada +127\.0\.0\.1 +granted=posts:write$/,
      /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d +sign_in_failed +bob +- +127\.0\.0\.1 +factor=password reason=wrong$/,
      '',
      /^Older events: --cursor [\w-]{36}$/,
    ])
    await change(`delete from users where id = '${id}'`)
    t.strictSame(
      (await events('--user', id)).map(({ user_id: userId }) => userId),
      [id, id, id],
      'a deleted user is found by id',
    )
    t.match((await latchkey(t, place.DATA_DIR, place, 'events', '--user', id)).stdout, id)
  },
)

t.test('invalid filters are rejected, an empty result says so, and colors are used only on terminals', async (t) => {
  const place = await placeOf(t)
  const { app } = await build(t, { environment: place })
  await register(app, 'bob')
  await signIn(app, 'bob', { password: secretFor('guess') })
  for (const [parameters, words] of [
    [['--event', 'nonsense'], /To list the event names, run: latchkey events --help/],
    [['--since', 'yesterday'], /an age \(30m, 24h or 7d\)/],
    [['--user', 'nobody'], /There is no user "nobody"/],
  ] as const) {
    t.match(await latchkey(t, place.DATA_DIR, place, 'events', ...parameters), { code: 1, stdout: '', stderr: words })
  }
  t.equal((await latchkey(t, place.DATA_DIR, place, 'events', '--until', '24h')).stdout, 'No events found.')
  const { stdout } = await latchkey(t, place.DATA_DIR, { ...place, FORCE_COLOR: '1' }, 'events', '--failures')
  t.match(stdout.split('\n')[1], '\u001b[33m', 'a failed event is colored')
})
