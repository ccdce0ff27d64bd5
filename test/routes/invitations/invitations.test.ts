import t from 'tap'
import {
  buildWithSql,
  day,
  getMe,
  onBoth,
  register,
  secretFor,
  signIn,
  type TokenResponse,
} from '../../support/build.ts'
import { accept, ask, invited, outcomeOf, userWithScopes } from '../../support/administration.ts'
import { linkOf, readableOf } from '../../support/mailbox.ts'
import { registerVerified, statusesOf } from '../../support/recovery.ts'

const email = 'grace@example.com'
const closed = { SIGNUP: 'closed', REQUIRE_VERIFIED_EMAIL: 'on' }

onBoth(t, 'an invited user creates an account while signup is closed', async (t, database) => {
  const { app, change, clock, mailbox, rows } = await buildWithSql(t, database, {})
  const admin = await userWithScopes(app, change, 'users:read users:write keys:write', 'ada')
  const { id, mail, token } = await invited(app, mailbox, admin.token, {
    email,
    name: 'Grace Hopper',
    scopes: ['posts:write', 'keys:write', 'posts:write'],
  })
  t.match(linkOf(mail), /^http:\/\/localhost:3000\/auth\/invitation#inv_[\w-]{64}$/)
  t.match(readableOf(mail), /Hello Grace Hopper, You’ve been invited to create a Latchkey account/)

  const invitation = {
    id,
    email,
    name: 'Grace Hopper',
    scopes: ['posts:write', 'keys:write'],
    inviter_type: 'user',
    inviter_id: admin.id,
    created_at: new Date(clock.now()).toISOString(),
    expires_at: new Date(clock.now() + 7 * day).toISOString(),
  }
  const listed = await ask(app, admin.token, 'GET', '/invitations')
  t.strictSame([listed.statusCode, listed.json()], [200, { invitations: [invitation], next: null }])
  t.notMatch(JSON.stringify(await rows('select * from invitations')), token, 'the database does not contain the link')

  clock.advance(7 * day - 1)
  const created = await accept(app, token)
  t.equal(created.statusCode, 201)
  t.match(created.json(), { username: 'grace', name: 'Grace Hopper', email, email_verified: true })
  const session = (
    await signIn(app, email, { password: secretFor('grace'), scope: 'account posts:write keys:write' })
  ).json<TokenResponse>()
  t.match((await getMe(app, session.access_token)).json(), { username: 'grace' })
  t.equal((await ask(app, session.access_token, 'GET', '/keys')).statusCode, 200)
  t.equal(outcomeOf(await accept(app, token, 'another')), '400 invalid_invitation', 'it works once')
  t.match(
    await rows("select event, actor_type, actor_id, user_id from events where event like '%invit%' order by id"),
    [
      { event: 'user_invited', actor_type: 'user', actor_id: admin.id, user_id: null },
      { event: 'invitation_accepted', actor_type: 'user', actor_id: created.json().id, user_id: created.json().id },
    ],
  )
})

onBoth(t, 'fifty simultaneous uses of one invitation create one account (S4)', async (t, database) => {
  const { app, change, count, mailbox } = await buildWithSql(t, database)
  const admin = await userWithScopes(app, change, 'users:write')
  const { token } = await invited(app, mailbox, admin.token, { email, scopes: ['posts:write'] })
  const before = Number(await count('users'))
  t.strictSame(await statusesOf(50, (index) => accept(app, token, `grace ${index}`)), { 201: 1, 400: 49 })
  t.equal(await count('users'), before + 1)
})

onBoth(
  t,
  'an invitation works with closed signup and required e-mail, and rejected attempts do not use it up',
  async (t, database) => {
    const { app, change, mailbox, clock } = await buildWithSql(t, database, closed)
    await app.latchkey.createUser({ username: 'ada', password: secretFor('ada') })
    await change(
      "update users set scopes = 'users:write', email = 'ada@example.com', email_fold = 'ada@example.com', " +
        'email_verified = 1',
    )
    const { access_token: admin } = (await signIn(app, 'ada', { scope: 'users:write' })).json<TokenResponse>()
    const { token } = await invited(app, mailbox, admin, { email })
    t.equal(outcomeOf(await register(app, 'eve', { email: 'eve@example.com' })), '403 signup_closed')
    for (const [more, outcome] of [
      [{ password: 'short' }, '400 password_too_short'],
      [{ password: 'grace@example.com' }, '400 password_too_personal'],
      [{ password: 'password1234' }, '400 password_too_common'],
      [{ username: 'ADA' }, '409 username_taken'],
      [{ username: 'a@b' }, '400 invalid_request'],
      [{ email: 'eve@example.com' }, '400 invalid_request'],
      [{ scopes: ['users:write'] }, '400 invalid_request'],
      [{ id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a' }, '400 invalid_request'],
      [{ email_verified: true }, '400 invalid_request'],
      [{ name: 'a\0b' }, '400 invalid_request'],
      [{ token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` }, '400 invalid_invitation'],
      [{ token: token.replace('inv_', 'pr_') }, '400 invalid_invitation'],
    ] as const) {
      t.equal(outcomeOf(await accept(app, token, 'grace', more)), outcome, JSON.stringify(more))
    }
    t.equal((await accept(app, token)).statusCode, 201)
    t.equal((await signIn(app, 'grace')).statusCode, 200)

    const late = await invited(app, mailbox, admin, { email: 'late@example.com' })
    clock.advance(7 * day)
    t.equal(outcomeOf(await accept(app, late.token, 'late')), '400 invalid_invitation')
    await app.latchkey.housekeep()
  },
)

onBoth(
  t,
  'an address that is verified is not invited, and one verified since then gets no second account',
  async (t, database) => {
    const { app, change, mailbox } = await buildWithSql(t, database)
    const admin = await userWithScopes(app, change, 'users:write')
    const { token } = await invited(app, mailbox, admin.token, { email })
    t.equal(
      outcomeOf(await ask(app, admin.token, 'POST', '/invitations', { email: 'GRACE@example.com' })),
      '409 already_invited',
    )
    await registerVerified(app, mailbox, 'first', email)
    t.equal(outcomeOf(await accept(app, token)), '409 email_taken')
    t.equal(
      outcomeOf(await ask(app, admin.token, 'POST', '/invitations', { email: 'Grace@Example.com' })),
      '409 email_taken',
    )
    t.equal((await register(app, 'grace')).statusCode, 201, 'the username is still free')
  },
)

onBoth(t, 'a withdrawn invitation is invalid, and its queued message is not sent', async (t, database) => {
  const { app, change, mailbox } = await buildWithSql(t, database)
  const admin = await userWithScopes(app, change, 'users:read users:write')
  const { id, token } = await invited(app, mailbox, admin.token, { email })
  t.equal((await ask(app, admin.token, 'DELETE', `/invitations/${id.toUpperCase()}`)).statusCode, 204)
  t.equal(outcomeOf(await accept(app, token)), '400 invalid_invitation')
  t.equal(outcomeOf(await ask(app, admin.token, 'DELETE', `/invitations/${id}`)), '404 not_found')
  t.strictSame((await ask(app, admin.token, 'GET', '/invitations')).json(), { invitations: [], next: null })

  const again = (await ask(app, admin.token, 'POST', '/invitations', { email })).json()
  const other = (await ask(app, admin.token, 'POST', '/invitations', { email: 'grace+two@example.com' })).json()
  t.equal((await ask(app, admin.token, 'DELETE', `/invitations/${again.id}`)).statusCode, 204)
  t.strictSame(
    (await mailbox.collect(app)).map(({ to }) => to),
    [other.email],
  )
})

onBoth(t, 'open invitations are listed page by page while others are added', async (t, database) => {
  const { app, change, clock } = await buildWithSql(t, database)
  const admin = await userWithScopes(app, change, 'users:read users:write')
  const invite = async (name: string) => {
    clock.advance(1)
    return (await ask(app, admin.token, 'POST', '/invitations', { email: `${name}@example.com` })).json().id
  }
  const ids = []
  for (const name of ['a', 'b', 'c', 'd', 'e']) ids.unshift(await invite(name))
  const found: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { invitations: { id: string }[]; next: string | null } = (
      await ask(app, admin.token, 'GET', `/invitations?limit=2${next === '' ? '' : `&cursor=${next}`}`)
    ).json()
    found.push(...page.invitations.map(({ id }) => id))
    next = page.next
    await invite(`later-${found.length}`)
  }
  t.strictSame(found, ids)
  for (const [query, path] of [
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=', '/limit'],
    ['limit=many', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['cursor=x', '/cursor'],
    ['offset=1', '/offset'],
  ] as const) {
    const response = await ask(app, admin.token, 'GET', `/invitations?${query}`)
    t.match([response.statusCode, response.json()], [400, { code: 'invalid_request', errors: [{ path }] }], query)
  }
})
