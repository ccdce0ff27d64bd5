import t, { type Test } from 'tap'
import { errorCatalogue } from '../../../src/errors/catalogue.ts'
import {
  build,
  buildWithSql,
  getMe,
  hour,
  onBoth,
  refresh,
  register,
  secretFor,
  signedUp,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../../support/build.ts'
import { buildWithClients, tokenOf as tokenOfClient } from '../../support/clients.ts'
import { codeOf, tokenOf } from '../../support/mailbox.ts'
import {
  bearer,
  changeAccount,
  changePassword,
  confirmEmail,
  invalidCode,
  newPassword,
  registerVerified,
  resetMail,
  resetWith,
  summaryOf,
} from '../../support/recovery.ts'

type App = Awaited<ReturnType<typeof build>>['app']

const signInWith = async (app: App, more: Record<string, string> = {}) =>
  (await signIn(app, 'ada', more)).json<TokenResponse>()

onBoth(t, 'changing the password ends every session, and the response contains a new one', async (t, database) => {
  const { app, mailbox } = await build(t, { database })
  await registerVerified(app, mailbox)
  const [here, there] = [await signInWith(app), await signInWith(app)]
  const eve = await signedUp(app, 'eve')

  const response = await changePassword(app, here.access_token)
  t.equal(response.statusCode, 200)
  t.match(response.headers, { 'cache-control': 'no-store', pragma: 'no-cache' })
  const { access_token: access, refresh_token: token, device_token: device, ...others } = response.json<TokenResponse>()
  t.strictSame(others, { token_type: 'bearer', expires_in: 900, scope: 'account' })
  t.match(device, /^dt_/)
  t.match((await getMe(app, access)).json(), { username: 'ada' })
  t.equal((await refresh(app, token)).statusCode, 200)
  for (const previous of [here, there]) {
    t.equal((await getMe(app, previous.access_token)).statusCode, 401)
    t.match((await refresh(app, previous.refresh_token)).json(), { error: 'invalid_grant' })
  }
  t.equal((await getMe(app, eve.access_token)).statusCode, 200)
  t.strictSame(
    [(await signIn(app, 'ada')).statusCode, (await signIn(app, 'ada', { password: newPassword })).statusCode],
    [401, 200],
  )
  t.match(await mailbox.collect(app), [{ to: 'ada@example.com', subject: 'Your Latchkey password was changed' }])
})

onBoth(
  t,
  'changing the password voids the pending address and everything that was mailed (S5)',
  async (t, database) => {
    const { app, mailbox } = await build(t, { database })
    await registerVerified(app, mailbox)
    const { access_token: thief } = await signInWith(app)
    await changeAccount(app, thief, { email: 'thief@example.com', current_password: secretFor('ada') })
    const [claim] = await mailbox.collect(app)
    const reset = await resetMail(app, mailbox)

    const { access_token: owner } = (
      await changePassword(app, (await signInWith(app)).access_token)
    ).json<TokenResponse>()
    t.match((await getMe(app, owner)).json(), { email: 'ada@example.com', email_verified: true, pending_email: null })
    t.equal(
      (await confirmEmail(app, { token: tokenOf(claim), current_password: newPassword })).json().code,
      'invalid_code',
    )
    t.equal((await resetWith(app, { token: tokenOf(reset) })).json().code, 'invalid_code')
    await mailbox.collect(app)
    await app.inject({ method: 'POST', url: '/auth/email-verification', payload: { username: 'ada' } })
    t.strictSame(await mailbox.collect(app), [], 'no confirmation is requested any more')
  },
)

onBoth(t, 'changing the password requires the current password, otherwise nothing changes', async (t, database) => {
  const { app, mailbox, rows } = await buildWithSql(t, database)
  await registerVerified(app, mailbox)
  await register(app, 'eve')
  const { access_token: access } = await signInWith(app)
  const state = async () => [
    await rows('select * from users order by id'),
    await rows('select * from sessions order by id'),
  ]
  const before = await state()
  for (const current of [secretFor('eve'), newPassword, `${secretFor('ada')} `, secretFor('ADA')]) {
    t.strictSame(summaryOf(await changePassword(app, access, { current })), [
      400,
      {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: errorCatalogue.wrong_password.detail,
        code: 'wrong_password',
        errors: [{ path: '/current_password', message: 'is wrong' }],
      },
    ])
  }
  t.strictSame(await state(), before)
  t.strictSame(await mailbox.collect(app), [])
})

onBoth(
  t,
  'the new session has the scopes granted to the previous one, as far as the user still holds them',
  async (t, database) => {
    const { app, change } = await buildWithSql(t, database)
    await register(app, 'ada')
    await change("update users set scopes = 'posts:write keys:write users:read'")
    let current = secretFor('ada')
    const scopeAfter = async ({ access_token: access }: TokenResponse) => {
      const next = secretFor(`after ${current}`.slice(0, 60))
      const { scope } = (await changePassword(app, access, { current, next })).json<TokenResponse>()
      current = next
      return scope
    }
    const granted = async (scope: string) => signInWith(app, { password: current, scope })
    t.equal(await scopeAfter(await granted('')), 'account posts:write')
    t.equal(await scopeAfter(await granted('account keys:write')), 'account keys:write')
    t.equal(await scopeAfter(await granted('account')), 'account')

    const { refresh_token: token } = await granted('account keys:write users:read')
    const narrowed = (await refresh(app, token, { scope: 'account users:read' })).json<TokenResponse>()
    await change("update users set scopes = 'posts:write users:read'")
    t.equal(await scopeAfter(narrowed), 'account users:read', 'a scope the user no longer holds is missing')
    t.equal(
      (await changePassword(app, (await granted('posts:write')).access_token, { current })).statusCode,
      403,
      'without `account`',
    )
  },
)

onBoth(t, 'the owner is notified each time, an unverified address at most three times an hour', async (t, database) => {
  const { app, clock, mailbox } = await build(t, { database })
  await registerVerified(app, mailbox)
  await register(app, 'eve', { email: 'eve@example.com' })
  await mailbox.collect(app)
  const mailsOf = async (username: string) => {
    let { access_token: access } = (await signIn(app, username)).json<TokenResponse>()
    for (const current of Array<string>(5).fill(secretFor(username))) {
      access = (await changePassword(app, access, { current, next: current })).json<TokenResponse>().access_token
    }
    return (await mailbox.collect(app)).length
  }
  t.strictSame([await mailsOf('ada'), await mailsOf('eve')], [5, 3])
  clock.advance(hour)
  t.equal(await mailsOf('eve'), 3)
})

t.test('a client has no password to change', async (t) => {
  const { app, worker } = await buildWithClients(t, 'sqlite')
  t.match((await changePassword(app, await tokenOfClient(app, worker))).json(), {
    status: 403,
    code: 'insufficient_scope',
  })
})

const badPasswords: Array<[password: string, code: string]> = [
  ['not-for', 'password_too_short'],
  ['not-for-logs'.repeat(22), 'password_too_long'],
  ['password123', 'password_too_common'],
  ['Latchkey 2026', 'password_too_personal'],
]
const aboutHerself = ['Lovelace1', 'augusta@example', 'Countess, King!']

async function withLovelace(t: Test, database: DatabaseKind) {
  const built = await buildWithSql(t, database)
  await registerVerified(built.app, built.mailbox, 'lovelace', 'augusta@example.com')
  await built.change("update users set name = 'Countess King'")
  const { access_token: access } = (await signIn(built.app, 'lovelace')).json<TokenResponse>()
  return { ...built, access, mail: await resetMail(built.app, built.mailbox, 'lovelace') }
}

t.test('a new password has to meet the rules, and a rejected one uses nothing up', async (t) => {
  const { app, access, mail, mailbox, rows } = await withLovelace(t, 'sqlite')
  const state = async () => [
    await rows('select * from users'),
    await rows('select * from sessions'),
    await rows('select * from one_time_tokens'),
  ]
  const before = await state()
  const proofs = [
    { token: tokenOf(mail) },
    { username: 'lovelace', code: codeOf(mail) },
    { username: 'augusta@example.com', code: codeOf(mail) },
  ]
  for (const [password, code] of [
    ...badPasswords,
    ...aboutHerself.map((password) => [password, 'password_too_personal'] as const),
  ]) {
    const rejection = { status: 400, code, errors: [{ path: '/new_password', message: /\w: \w/ }] }
    for (const proof of proofs) {
      t.match((await resetWith(app, { ...proof, new_password: password })).json(), rejection, password)
    }
    t.match(
      (await changePassword(app, access, { current: secretFor('lovelace'), next: password })).json(),
      rejection,
      password,
    )
  }
  t.strictSame(await state(), before)
  t.strictSame(await mailbox.collect(app), [])
  t.equal((await resetWith(app, proofs[0]!)).statusCode, 204)
})

t.test('only the owner learns that a password is too personal', async (t) => {
  const { app, access, mail } = await withLovelace(t, 'sqlite')
  const code = codeOf(mail) === '00000000' ? '00000001' : '00000000'
  for (const [username, words] of [
    ['lovelace', aboutHerself.slice(1)],
    ['augusta@example.com', [aboutHerself[0], aboutHerself[2]]],
    ['nobody', aboutHerself],
  ] as const) {
    for (const password of words) {
      t.strictSame(
        summaryOf(await resetWith(app, { username, code, new_password: password })),
        invalidCode,
        `${username}: ${password}`,
      )
    }
  }
  t.equal(
    (await changePassword(app, access, { current: newPassword, next: 'Lovelace1' })).json().code,
    'wrong_password',
  )
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/auth/users/me/password',
        headers: bearer('x'),
        payload: { current_password: 'x', new_password: 'Lovelace1' },
      })
    ).statusCode,
    401,
  )
})
