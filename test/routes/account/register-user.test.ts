import type { FastifyInstance } from 'fastify'
import { errorCatalogue } from '../../../src/errors/index.ts'
import t, { type Test } from 'tap'
import { withEnds } from '../../support/spellings.ts'
import { build, databaseOf, buildWithSql, getMe, onBoth, register, secretFor, signIn } from '../../support/build.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

onBoth(t, 'registration responds with the account and its URL', async (t, database) => {
  const { app, clock, count } = await buildWithSql(t, database)
  const response = await register(app, 'Ada', { email: 'Ada@example.com', name: 'Ada Lovelace' })
  t.equal(response.statusCode, 201)
  t.equal(response.headers.location, '/auth/users/me')
  const { id, ...user } = response.json()
  t.match(id, uuid)
  t.strictSame(user, {
    username: 'Ada',
    name: 'Ada Lovelace',
    email: 'Ada@example.com',
    email_verified: false,
    pending_email: null,
    scopes: [],
    created_at: new Date(clock.now()).toISOString(),
  })
  t.equal(await count('users'), 1)
  t.equal(await count('sessions'), 0, 'registration does not begin a session')

  const { access_token } = (await signIn(app, 'Ada')).json()
  t.strictSame((await getMe(app, access_token, response.headers.location)).json(), response.json())
})

onBoth(t, 'name and e-mail are optional', async (t, database) => {
  const { app } = await build(t, { database })
  t.match((await register(app, 'ada')).json(), { name: null, email: null })
})

onBoth(t, 'a taken username is a conflict in any spelling, and nothing is written', async (t, database) => {
  const { app, count } = await buildWithSql(t, database)
  const spellings: Array<[name: string, ...others: string[]]> = [
    ['Ada', 'Ada', 'ADA', 'ada', 'ａｄａ', '𝒜da', 'Ⓐda'],
    ['Straße', 'STRASSE', 'strasse', 'StraSSe'],
    ['IPEK', 'ıpek', 'ipek', 'Ipek'],
    ['fiona', 'ﬁona', 'ﬁONA'],
    ['José', 'Jose\u0301', 'JOSÉ', 'JOSE\u0301'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
    ['パパ', 'ﾊﾟﾊﾟ'],
    ['ada b', 'Ada\u00a0B', 'ada\u3000b'],
  ]
  for (const [name, ...others] of spellings) {
    t.equal((await register(app, name)).statusCode, 201, name)
    for (const other of others) {
      const response = await register(app, other)
      t.equal(response.statusCode, 409, other)
      t.match(response.json(), {
        status: 409,
        code: 'username_taken',
        errors: [{ path: '/username', message: 'is taken' }],
      })
      t.equal(response.headers.location, undefined)
    }
  }
  t.equal(await count('users'), spellings.length)
  t.equal((await signIn(app, 'ADA', { password: secretFor('Ada') })).statusCode, 200, 'the first user keeps the name')
})

onBoth(t, 'usernames that only look alike are different', async (t, database) => {
  const { app } = await build(t, { database })
  for (const name of ['izmir', 'İzmir', 'ada', 'adа', 'ada.', 'a da', 'jose', 'josé']) {
    t.equal((await register(app, name)).statusCode, 201, name)
  }
})

onBoth(t, 'several users may claim one e-mail address', async (t, database) => {
  const { app, count } = await buildWithSql(t, database)
  for (const username of ['ada', 'eve']) {
    t.equal((await register(app, username, { email: 'ada@example.com' })).statusCode, 201)
  }
  t.equal(await count('users'), 2)
})

onBoth(t, 'one of fifty simultaneous registrations of a username succeeds', async (t, database) => {
  const { app, count } = await buildWithSql(t, database)
  await raceFor(t, Array<FastifyInstance>(50).fill(app))
  t.equal(await count('users'), 1)
})

t.test('one of fifty simultaneous registrations of a username on two instances succeeds', async (t) => {
  const environment = await databaseOf(t, 'postgres')
  const [one, other] = [await build(t, { environment }), await build(t, { environment })]
  await raceFor(
    t,
    Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? one.app : other.app)),
  )
})

/** Registers the username in several spellings, each time with its own password. */
async function raceFor(t: Test, apps: FastifyInstance[]) {
  const spellings = ['ada', 'ADA', 'Ada', 'ａｄａ', 'aDa']
  const responses = await Promise.all(
    apps.map((app, index) =>
      register(app, spellings[index % spellings.length]!, { password: secretFor(`number ${index}`) }),
    ),
  )
  const winners = responses.flatMap(({ statusCode }, index) => (statusCode === 201 ? [index] : []))
  t.equal(winners.length, 1)
  t.equal(responses.filter(({ statusCode }) => statusCode === 409).length, 49)
  const signIns = await Promise.all(
    apps.map((app, index) => signIn(app, 'ada', { password: secretFor(`number ${index}`) })),
  )
  t.strictSame(
    signIns.flatMap(({ statusCode }, index) => (statusCode === 200 ? [index] : [])),
    winners,
    'the account has the password of the successful registration',
  )
}

t.test('registration is rejected while signup is closed, and existing users sign in', async (t) => {
  const environment = { DATABASE_URL: `file:${t.testdir()}/latchkey.db`, DATA_DIR: t.testdirName }
  const open = await build(t, { environment })
  await register(open.app, 'ada')
  const { app } = await build(t, { environment: { ...environment, SIGNUP: 'closed' } })
  for (const username of ['eve', 'ada', ' not a name ']) {
    const response = await register(app, username)
    t.equal(response.statusCode, 403, username)
    t.match(response.json(), { status: 403, code: 'signup_closed', detail: errorCatalogue.signup_closed.detail })
  }
  t.equal((await signIn(app, 'eve')).statusCode, 401)
  t.equal((await signIn(app, 'ada')).statusCode, 200)
})

t.test('invisible characters at the ends of a username or an address are removed (A1)', async (t) => {
  const { app, mailbox } = await build(t)
  for (const [index, username] of withEnds('Ada').entries()) {
    const typed = username.replace('Ada', `Ada${index}`)
    const response = await register(app, typed, { email: ` ada${index}@example.com\u200b` })
    t.match(response.json(), { username: `Ada${index}`, email: `ada${index}@example.com` }, JSON.stringify(typed))
  }
  t.equal((await mailbox.collect(app)).length, withEnds('Ada').length, 'each address gets its message')
  t.equal((await register(app, 'Ada1 ')).json().code, 'username_taken')
  t.equal((await register(app, ' \u200b ')).json().code, 'invalid_request')
  const password = 'Ada.Lovelace'
  const personal = await register(app, 'ada.lovelace\u00a0', { password })
  t.equal(personal.json().code, 'password_too_personal', 'password rules apply to the username as stored')
})

t.test('a username is stored in NFKC, otherwise as typed', async (t) => {
  const { app } = await build(t)
  for (const username of [
    'Ａｄａ Ⅷ',
    'ﬁona',
    'Jose\u0301',
    'მზია',
    'मीरा',
    'محمد',
    'a.b_c-d+e f',
    '𠮷野',
    'é'.repeat(64),
  ]) {
    const response = await register(app, username)
    t.equal(response.statusCode, 201, username)
    t.equal(response.json().username, username.normalize('NFKC'))
  }
})

t.test('registration cannot set an id, scopes or a verified address (S9)', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  for (const field of [
    'id',
    'scope',
    'scopes',
    'email_verified',
    'disabled',
    'created_at',
    'username_fold',
    'password_hash',
  ]) {
    const response = await register(app, 'eve', { [field]: 'x' })
    t.equal(response.statusCode, 400, field)
    t.strictSame(response.json().errors, [{ path: `/${field}`, message: 'is not a known field' }])
  }
  t.equal(await count('users'), 0)
})

/** A password of this many code points that begins with the mark of all passwords in tests. */
function passwordOf(length: number, letter = 'x') {
  return 'not-for-logs'.slice(0, length) + letter.repeat(Math.max(0, length - 12))
}

t.test('a password has 8 to 256 characters, regardless of their bytes', async (t) => {
  const { app } = await build(t)
  const lengths: Array<[length: number, letter: string, status: number]> = [
    [7, 'x', 400],
    [8, 'x', 201],
    [255, 'x', 201],
    [256, 'x', 201],
    [257, 'x', 400],
    [1024, 'x', 400],
    [1025, 'x', 400],
    [256, '👩', 201],
    [257, '👩', 400],
    [256, 'é', 201],
    [256, 'e\u0301', 201],
    [257, 'e\u0301', 400],
  ]
  for (const [index, [length, letter, status]] of lengths.entries()) {
    const response = await register(app, `user ${index}`, { password: passwordOf(length, letter) })
    t.equal(response.statusCode, status, `${length} of ${letter}`)
    if (status === 400) {
      t.match(response.json().errors, [{ path: '/password', message: /^must have at (least|most) \d+ characters/ }])
    } else t.equal((await signIn(app, `user ${index}`, { password: passwordOf(length, letter) })).statusCode, 200)
  }
  for (const [password, status] of [
    ['👩'.repeat(7), 400],
    ['👩'.repeat(8), 201],
    ['e\u0301'.repeat(7), 400],
    ['e\u0301'.repeat(8), 201],
  ] as const) {
    t.equal((await register(app, `short ${[...password].length}`, { password })).statusCode, status)
  }
})

t.test('the operator may require longer passwords', async (t) => {
  const { app } = await build(t, { environment: { PASSWORD_MIN_LENGTH: '15' } })
  const short = await register(app, 'ada', { password: passwordOf(14) })
  t.equal(short.statusCode, 400)
  t.match(short.json(), {
    code: 'password_too_short',
    errors: [{ path: '/password', message: /^must have at least 15 characters: / }],
  })
  t.equal((await register(app, 'ada', { password: passwordOf(15) })).statusCode, 201)
})

t.test('a display name is stored unchanged, up to 128 characters', async (t) => {
  const { app } = await build(t)
  const names = [
    'Ada Lovelace',
    ' a b ',
    '<b>"Ada"</b>',
    '👩‍💻'.repeat(25),
    'e\u0301',
    '\u202eada',
    'x'.repeat(128),
    '𐐀'.repeat(128),
  ]
  for (const [index, name] of names.entries()) {
    const response = await register(app, `user ${index}`, { name })
    t.equal(response.statusCode, 201, name)
    t.equal(response.json().name, name)
  }
  for (const name of ['', 'x'.repeat(129)]) {
    t.match((await register(app, 'eve', { name })).json(), {
      status: 400,
      errors: [{ path: '/name', message: String }],
    })
  }
})

t.test('all errors of a registration are reported at once', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  const response = await app.inject({
    method: 'POST',
    url: '/auth/users',
    payload: { password: 8, email: '', name: [], admin: true },
  })
  t.equal(response.statusCode, 400)
  t.strictSame(
    response
      .json()
      .errors.map(({ path }: { path: string }) => path)
      .sort(),
    ['/admin', '/email', '/name', '/password', '/username'],
  )
  t.equal(await count('users'), 0)
})
