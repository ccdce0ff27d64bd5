import t, { type Test } from 'tap'
import {
  buildWithSql,
  getMe,
  onBoth,
  refresh,
  register,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../../support/build.ts'
import { ask, outcomeOf, userWithScopes } from '../../support/administration.ts'
import { addPasskey, signInWithPasskey } from '../../support/authenticator.ts'
import { addDevice, codeAt, continueWith, mfaTokenOf, step } from '../../support/factors.ts'
import { tokenOf } from '../../support/mailbox.ts'
import { bearer, confirmEmail, newPassword, registerVerified, resetMail, resetWith } from '../../support/recovery.ts'

const unknown = '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a'

/** An administrator, and ada, who has verified her address and is signed in. */
async function withAda(t: Test, database: DatabaseKind) {
  const built = await buildWithSql(t, database)
  const { app, change, mailbox, rows } = built
  const admin = await userWithScopes(app, change, 'users:read users:write keys:write', 'admin')
  await registerVerified(app, mailbox, 'ada', 'ada@example.com')
  const session = (await signIn(app, 'ada')).json<TokenResponse>()
  const { id } = (await getMe(app, session.access_token)).json<{ id: string }>()
  return {
    ...built,
    admin,
    ada: { id, session },
    does: (method: 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) =>
      ask(app, admin.token, method, `/users/${id}${path}`, payload),
    /** The logged events about ada whose actor is the administrator. */
    events: async () =>
      (
        await rows(`select event, details from events where user_id = '${id}' and actor_id = '${admin.id}' order by id`)
      ).map(({ event, details }) => `${event} ${details}`),
  }
}

onBoth(t, 'changed names and scopes are logged and take effect on the next request', async (t, database) => {
  const { ada, app, clock, does, events } = await withAda(t, database)
  clock.advance(1)
  const changed = await does('PATCH', '', { name: 'Ada', scopes: ['posts:write', 'keys:write', 'posts:write'] })
  t.match(
    [changed.statusCode, changed.json()],
    [
      200,
      {
        id: ada.id,
        username: 'ada',
        name: 'Ada',
        scopes: ['posts:write', 'keys:write'],
        updated_at: new Date(clock.now()).toISOString(),
        email_verified: true,
      },
    ],
  )
  const { access_token: token } = (await signIn(app, 'ada', { scope: 'keys:write' })).json<TokenResponse>()
  t.equal((await ask(app, token, 'GET', '/keys')).statusCode, 200)
  t.equal((await does('PATCH', '', { name: null, scopes: [] })).statusCode, 200)
  t.equal(outcomeOf(await ask(app, token, 'GET', '/keys')), '403 insufficient_scope')
  t.equal((await does('PATCH', '', {})).statusCode, 200)
  t.strictSame(await events(), [
    'scopes_changed {"granted":["posts:write","keys:write"],"withdrawn":[]}',
    'account_changed {"changed":["name"]}',
    'scopes_changed {"granted":[],"withdrawn":["posts:write","keys:write"]}',
    'account_changed {"changed":["name"]}',
  ])
  for (const [body, path] of [
    [{ scopes: ['account'] }, '/scopes'],
    [{ scopes: ['a b'] }, '/scopes'],
    [{ scopes: ['ä'] }, '/scopes'],
    [{ scopes: 'posts:write' }, '/scopes'],
    [{ scopes: [''] }, '/scopes/0'],
    [{ name: '' }, '/name'],
    [{ name: 'a\0b' }, '/name'],
    [{ email: 'nobody' }, '/email'],
    [{ disabled: 'yes' }, '/disabled'],
    [{ disabled: null }, '/disabled'],
    // Fields that the API never changes (S9).
    [{ id: unknown }, '/id'],
    [{ username: 'eve' }, '/username'],
    [{ password: secretFor('eve') }, '/password'],
    [{ password_hash: secretFor('eve') }, '/password_hash'],
    [{ email_verified: true }, '/email_verified'],
    [{ pending_email: null }, '/pending_email'],
    [{ created_at: 0 }, '/created_at'],
    [JSON.parse('{"__proto__":{"scopes":["users:write"]}}'), '/__proto__'],
  ] as const) {
    t.match(
      (await does('PATCH', '', body)).json(),
      { status: 400, code: 'invalid_request', errors: [{ path }] },
      JSON.stringify(body),
    )
  }
  t.equal((await events()).length, 4)
})

onBoth(t, 'a disabled user fails on every path until they are enabled again (S6)', async (t, database) => {
  const { ada, app, count, does, events, mailbox } = await withAda(t, database)
  const mail = await resetMail(app, mailbox)
  const { access_token: access, refresh_token: refreshToken } = ada.session
  t.match((await does('PATCH', '', { disabled: true })).json(), { disabled: true, sessions: 0 })
  t.equal((await getMe(app, access)).statusCode, 401, 'an access token already issued')
  t.equal((await refresh(app, refreshToken)).statusCode, 400, 'refresh')
  t.equal((await signIn(app, 'ada')).statusCode, 401, 'sign-in')
  t.equal(outcomeOf(await resetWith(app, { token: tokenOf(mail) })), '400 invalid_code', 'a pending reset')
  t.equal(await resetMail(app, mailbox), undefined, 'a new reset')
  t.equal(await count('one_time_tokens'), 0)
  t.equal(outcomeOf(await does('POST', '/password-reset')), '409 user_disabled')

  t.match((await does('PATCH', '', { disabled: false })).json(), { disabled: false })
  t.equal((await getMe(app, access)).statusCode, 401, 'ended sessions stay ended')
  t.equal((await signIn(app, 'ada')).statusCode, 200)
  t.strictSame(await events(), ['user_disabled {"sessions":1}', 'user_enabled {}'])
})

onBoth(
  t,
  'an address set by an administrator is unverified, the previous one is notified, and its links are void',
  async (t, database) => {
    const { app, does, events, mailbox } = await withAda(t, database)
    const previous = await resetMail(app, mailbox)
    t.match((await does('PATCH', '', { email: 'new@example.com' })).json(), {
      email: 'new@example.com',
      email_verified: false,
      pending_email: null,
    })
    const mails = await mailbox.collect(app)
    t.match(mails.map(({ to, subject }) => [to, subject]).sort(), [
      ['ada@example.com', 'Your Latchkey e-mail address was changed'],
      ['new@example.com', 'Verify your e-mail address for Latchkey'],
    ])
    t.match(mails.find(({ to }) => to === 'ada@example.com')?.text, /by an administrator/)
    t.equal(outcomeOf(await resetWith(app, { token: tokenOf(previous) })), '400 invalid_code')
    t.equal(
      (await signIn(app, 'new@example.com', { password: secretFor('ada') })).statusCode,
      401,
      'an unverified address does not sign in',
    )
    t.equal(
      (
        await confirmEmail(app, {
          token: tokenOf(mails.find(({ to }) => to === 'new@example.com')),
          current_password: secretFor('ada'),
        })
      ).statusCode,
      204,
    )
    t.match(
      (await does('PATCH', '', { email: 'New@example.com' })).json(),
      { email: 'New@example.com', email_verified: true },
      'the same address in another spelling',
    )
    t.match((await does('PATCH', '', { email: null })).json(), { email: null, email_verified: false })
    t.equal(outcomeOf(await does('POST', '/password-reset')), '409 no_email')
    t.strictSame(await events(), ['email_changed {}', 'email_verification_requested {}', 'email_changed {}'])
  },
)

onBoth(
  t,
  'a reset started by an administrator goes to the owner, who alone chooses the password',
  async (t, database) => {
    const { app, does, events, mailbox } = await withAda(t, database)
    const started = await does('POST', '/password-reset')
    t.strictSame([started.statusCode, started.body], [202, ''])
    const [mail, ...others] = await mailbox.collect(app)
    t.match(mail, { to: 'ada@example.com', text: /^An administrator has asked you to set a new password/m })
    t.equal(others.length, 0)
    t.equal((await signIn(app, 'ada')).statusCode, 200, 'the old password works until then')
    t.equal((await resetWith(app, { token: tokenOf(mail) })).statusCode, 204)
    t.strictSame(await events(), ['password_reset_requested {}'])
  },
)

onBoth(
  t,
  'a user deleted by an administrator is gone as if they had deleted the account themselves',
  async (t, database) => {
    const { ada, admin, app, does, mailbox, rows } = await withAda(t, database)
    t.equal((await does('DELETE', '')).statusCode, 204)
    t.equal((await getMe(app, ada.session.access_token)).statusCode, 401)
    t.match(await mailbox.collect(app), [
      { to: 'ada@example.com', subject: 'Your Latchkey account was deleted', text: /by an administrator/ },
    ])
    t.equal(outcomeOf(await register(app, 'ADA')), '409 username_taken')
    t.match(await rows("select user_id, actor_id from events where event = 'account_deleted'"), [
      { user_id: ada.id, actor_id: admin.id },
    ])
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/unlock'],
      ['POST', '/password-reset'],
      ['DELETE', '/factors'],
      ['DELETE', '/sessions'],
      ['DELETE', `/sessions/${unknown}`],
    ] as const) {
      t.equal(
        outcomeOf(await does(method, path, method === 'PATCH' ? {} : undefined)),
        '404 not_found',
        `${method} ${path}`,
      )
    }
  },
)

onBoth(t, 'an unlock clears all throttling of a user', async (t, database) => {
  const { ada, app, admin, change, does, events, rows } = await withAda(t, database)
  await change(
    `insert into throttles (key, user_id, count, counted_at, ends_at) values ('a', '${ada.id}', 100, 0, ` +
      `null), ('b', '${ada.id}', 3, 0, 1), ('c', '${admin.id}', 3, 0, 1)`,
  )
  const shown = async () => (await ask(app, admin.token, 'GET', `/users/${ada.id}`)).json<{ locked: boolean }>().locked
  t.equal(await shown(), true)
  t.equal((await does('POST', '/unlock')).statusCode, 204)
  t.equal(await shown(), false)
  t.match(await rows("select key from throttles where key in ('a', 'b', 'c')"), [{ key: 'c' }])
  t.strictSame(await events(), ['account_unlocked {}'])
})

onBoth(t, 'an administrator removes the second factors of a user, who is notified (T5)', async (t, database) => {
  const { ada, admin, app, clock, does, events, mailbox } = await withAda(t, database)
  t.equal((await does('DELETE', '/factors')).statusCode, 204, 'also when there are none')
  const { secret } = await addDevice(app, clock, ada.session.access_token)
  const { passkey } = await addPasskey(app, ada.session.access_token)
  clock.advance(step)
  const token = await mfaTokenOf(app, 'ada')
  await mailbox.collect(app)
  t.equal(outcomeOf(await resetWith(app, { token: tokenOf(await resetMail(app, mailbox)) })), '204')
  const afterReset = await signIn(app, 'ada', { password: newPassword })
  t.equal(outcomeOf(afterReset), '403 mfa_required', 'a reset of the password removes none')
  const thief = (await signInWithPasskey(app, passkey)).json<TokenResponse>()
  await mailbox.collect(app)

  t.equal((await does('DELETE', '/factors')).statusCode, 204)
  t.match(await mailbox.collect(app), [
    { to: 'ada@example.com', subject: /second factors were removed/, text: /An administrator removed/ },
  ])
  t.strictSame(await events(), ['second_factors_reset {"factors":2}'])
  t.equal((await getMe(app, thief.access_token)).statusCode, 401, 'a session that started with one of them')
  t.equal(outcomeOf(await signInWithPasskey(app, passkey)), '400 invalid_passkey')
  t.equal(outcomeOf(await continueWith(app, token, codeAt(secret, clock.now()))), '400 invalid_mfa_token')
  t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 200)
  t.equal(outcomeOf(await ask(app, admin.token, 'DELETE', `/users/${admin.id}/factors`)), '409 own_account')
})

onBoth(
  t,
  'an administrator ends one session of a user, all of them, or those of all other users',
  async (t, database) => {
    const { ada, app, admin, does, events, rows } = await withAda(t, database)
    const other = (await signIn(app, 'ada')).json<TokenResponse>().access_token
    const [own, theirs] = await Promise.all(
      [admin.id, ada.id].map(
        async (id) =>
          (await ask(app, admin.token, 'GET', `/users/${id}/sessions`)).json<{
            sessions: { id: string; current: boolean }[]
          }>().sessions,
      ),
    )
    t.match(own, [{ current: true }])
    t.equal(outcomeOf(await does('DELETE', `/sessions/${own?.[0]?.id}`)), '404 not_found', 'a session of another user')
    const otherSessionId = JSON.parse(Buffer.from(other.split('.')[1] ?? '', 'base64url').toString()).sid
    t.ok(theirs?.some(({ id }) => id === otherSessionId))
    t.equal((await does('DELETE', `/sessions/${otherSessionId}`)).statusCode, 204)
    t.strictSame(
      [(await getMe(app, other)).statusCode, (await getMe(app, ada.session.access_token)).statusCode],
      [401, 200],
    )
    t.equal((await does('DELETE', '/sessions')).statusCode, 204)
    t.equal((await getMe(app, ada.session.access_token)).statusCode, 401)

    const again = (await signIn(app, 'ada')).json<TokenResponse>().access_token
    await app.inject({ method: 'DELETE', url: '/auth/sessions', headers: bearer(admin.token) })
    t.strictSame([(await getMe(app, again)).statusCode, (await getMe(app, admin.token)).statusCode], [401, 200])
    t.strictSame(await events(), [
      `sessions_ended {"sessions":1,"session_id":"${otherSessionId}"}`,
      'sessions_ended {"sessions":1}',
    ])
    t.match(
      await rows(
        `select details from events where event = 'sessions_ended' and user_id is null and actor_id = '${admin.id}'`,
      ),
      [{ details: '{"sessions":1,"of":"everybody"}' }],
    )
  },
)
