import t, { type Test } from 'tap'
import { ask, userWithScopes } from '../support/administration.ts'
import { build, onBoth, query, register, type DatabaseKind } from '../support/build.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { latchkey, runCommand } from '../support/latchkey-command.ts'

onBoth(t, 'users are listed as the API lists them, page by page or all at once', async (t, database) => {
  const { app, admin, list } = await peopled(t, database)

  const api = (await ask(app, admin.token, 'GET', '/users?limit=2')).json()
  const {
    users: [first, second],
    ...more
  } = JSON.parse(await list('--limit', '2', '--json'))
  t.strictSame({ users: [first, second], ...more }, api)
  const rest = JSON.parse(await list('--cursor', more.next, '--json'))
  t.match(rest, { users: [{ username: 'bob' }, { username: 'ada' }], next: null, total: 4 })
  t.match(JSON.parse(await list('--all', '--limit', '1', '--json')), { users: { length: 4 }, next: null, total: 4 })
  t.strictSame(JSON.parse(await list('nobody', '--json')), {
    users: [],
    next: null,
    total: 0,
    total_is_estimate: false,
  })

  const table = (await list('--limit', '3')).split('\n')
  t.match(table, [
    /^USERNAME +E-MAIL +SCOPES +STATE +FACTORS +SESSIONS +CREATED +SIGNED IN$/,
    /^dora +dora@example\.com \(unverified\) +- +active +0 +0 +20\d\d-\d\d-\d\d \d\d:\d\d UTC +never$/,
    /^carl /,
    /^bob +bob@example\.com +- +disabled +1 /,
    '',
    /^3 of 4\. Next page: --cursor \d+\.[\w-]{36}$/,
  ])
})

t.test('users are filtered and shown individually, and their names cannot control the terminal', async (t) => {
  const { list, show } = await peopled(t)
  for (const [parameters, names] of [
    [['--disabled'], ['bob']],
    [
      ['--enabled', '--unverified', 'example.com'],
      ['dora', 'carl'],
    ],
    [['--scope', 'users:write'], ['ada']],
    [['--scope', 'users:write', '--with-second-factor'], []],
    [['--with-second-factor'], ['bob']],
    [
      ['--without-second-factor', 'example.com'],
      ['dora', 'carl'],
    ],
    [['--until', '2026-01-01'], []],
    [['--since', '1h', '--verified', 'BOB'], ['bob']],
    // Filters by the time of the last sign-in (N6).
    [['--signed-in-since', '1h'], ['ada']],
    [
      ['--signed-in-until', '1h'],
      ['dora', 'carl', 'bob'],
    ],
  ] as const) {
    const { users } = JSON.parse(await list(...parameters, '--json'))
    t.strictSame(
      users.map(({ username }: { username: string }) => username),
      names,
      parameters.join(' '),
    )
  }
  t.equal(await list('--locked'), 'No users found.')
  t.match((await show('bob')).split('\n'), [
    /^username: {3}bob$/,
    /^id: /,
    /^name: {7}bob \\u\{1b\}\[31m$/,
    /^e-mail: {5}bob@example\.com$/,
    /^scopes: {5}-$/,
    /^state: {6}disabled$/,
    /^factors: /,
    /^sessions: {3}0$/,
    /^signed in: {2}never$/,
  ])
  for (const more of [
    ['--limit', '0'],
    ['--disabled', '--enabled'],
    ['--with-second-factor', '--without-second-factor'],
  ]) {
    t.equal(await list(...more), '', 'rejected')
  }
})

t.test('the commands explain themselves with examples', async (t) => {
  for (const [command, ...words] of [
    ['users', 'create', 'invite', 'list', 'unlock', 'audit log'],
    ['users create', '--admin', '--password-stdin', 'Examples:', 'latchkey users create ada --admin'],
    ['users scopes', '--add', 'Examples:'],
    ['events', '--failures', 'sign_in_failed', 'Examples:'],
  ]) {
    const { code, stdout } = await runCommand(t, { parameters: [...String(command).split(' '), '--help'] })
    t.equal(code, 0)
    for (const word of [`Usage: latchkey ${command}`, ...words]) {
      t.ok(stdout.includes(word), `${command}: ${word}`)
    }
  }
})

/** An administrator, ada, and the later users bob (disabled), carl and dora. */
async function peopled(t: Test, database: DatabaseKind = 'sqlite') {
  const place = await placeOf(t, database)
  const { app, clock } = await build(t, { environment: place })
  const change = async (statement: string) => {
    await query(place.DATABASE_URL, statement)
  }
  const admin = await userWithScopes(app, change, 'users:read users:write', 'ada')
  for (const name of ['bob', 'carl', 'dora']) {
    clock.advance(1)
    await register(app, name, { name: `${name} \u001b[31m`, email: `${name}@example.com` })
  }
  await change("update users set disabled = 1, email_verified = 1, second_factors = 1 where username = 'bob'")
  const users = async (...parameters: string[]) =>
    (await latchkey(t, place.DATA_DIR, place, 'users', ...parameters)).stdout
  return {
    app,
    admin,
    list: (...parameters: string[]) => users('list', ...parameters),
    show: (name: string) => users('show', name),
  }
}
