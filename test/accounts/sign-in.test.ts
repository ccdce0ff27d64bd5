import t from 'tap'
import {
  build,
  buildWithSql,
  getMe,
  onBoth,
  refresh,
  register,
  secretFor,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import {
  askReset,
  askVerification,
  changeAccount,
  claimed,
  confirmEmail,
  nextProof,
  outcomeOf,
  resetPassword,
  sessionOf,
  verified,
} from '../support/verification.ts'

onBoth(t, 'users sign in with their verified address and with no other', async (t, database) => {
  const built = await build(t, { database })
  const { app, mailbox } = built
  const statusOf = async (username: string, password: string) =>
    (await signIn(app, username, { password: secretFor(password) })).statusCode
  const { token } = await claimed(built, 'ada', 'ada@example.com')
  await claimed(built, 'eve', 'ada@example.com')
  t.equal(await statusOf('ada@example.com', 'ada'), 401, 'a claimed address')
  await confirmEmail(app, { token, current_password: secretFor('ada') })
  for (const username of ['ada@example.com', 'ADA@EXAMPLE.COM', 'ada']) {
    t.equal(await statusOf(username, 'ada'), 200, username)
  }
  t.equal(await statusOf('ada@example.com', 'eve'), 401, 'an address that another user claimed')
  t.equal(
    (await getMe(app, await sessionOf(app, 'ada@example.com', { password: secretFor('ada') }))).json().username,
    'ada',
  )
  await changeAccount(app, await sessionOf(app, 'ada'), {
    email: 'new@example.com',
    current_password: secretFor('ada'),
  })
  t.equal(await statusOf('new@example.com', 'ada'), 401, 'an address awaiting verification')
  t.equal((await mailbox.collect(app)).length, 1)

  for (const username of ['ada@example.com', 'a@b', '@', 'ada＠example.com', 'ada﹫example.com']) {
    const response = await register(app, username)
    t.equal(response.statusCode, 400, username)
    t.match(response.json().errors, [{ path: '/username' }])
  }
})

onBoth(t, 'nothing is mailed, confirmed or granted to a disabled user (S6)', async (t, database) => {
  const built = await buildWithSql(t, database)
  const { app, change, count, mailbox } = built
  await verified(built, 'ada', 'ada@example.com')
  await askReset(app, 'ada')
  const reset = await nextProof(built)
  const { access_token: session, refresh_token: refreshToken } = (await signIn(app, 'ada')).json<TokenResponse>()
  await changeAccount(app, session, { email: 'new@example.com', current_password: secretFor('ada') })
  const { token, code } = await nextProof(built)
  const password = secretFor('ada')
  await change('update users set disabled = 1')

  const answers = {
    'sign-in': [await signIn(app, 'ada'), '401 invalid_grant'],
    'sign-in by address': [await signIn(app, 'ada@example.com', { password }), '401 invalid_grant'],
    refresh: [await refresh(app, refreshToken), '400 invalid_grant'],
    'link and session': [await confirmEmail(app, { token }, session), '401 invalid_token'],
    'link and password': [await confirmEmail(app, { token, current_password: password }), '400 wrong_password'],
    'code and password': [
      await confirmEmail(app, { code, username: 'ada', current_password: password }),
      '400 wrong_password',
    ],
    change: [await changeAccount(app, session, { name: 'Ada' }), '401 invalid_token'],
    'another verification message, signed in': [await askVerification(app, {}, session), '401 invalid_token'],
    'another verification message': [await askVerification(app, { username: 'ada' }), '202'],
    'another reset': [await askReset(app, 'ada'), '202'],
    'reset by link': [await resetPassword(app, { token: reset.token }), '400 invalid_code'],
    'reset by code': [await resetPassword(app, { username: 'ada', code: reset.code }), '400 invalid_code'],
  } as const
  for (const [what, [answer, outcome]] of Object.entries(answers)) t.equal(outcomeOf(answer), outcome, what)
  t.strictSame(await mailbox.collect(app), [])
  t.equal(await count('mail_requests'), 0)
  await register(app, 'eve', { email: 'new@example.com' })
  t.match((await mailbox.collect(app)).map(tokenOf), [/^ev_/], 'another user can claim the pending address')

  await change('update users set disabled = 0')
  t.equal(
    outcomeOf(await confirmEmail(app, { token, current_password: password })),
    '204',
    'the attempts did not consume the token',
  )
})
