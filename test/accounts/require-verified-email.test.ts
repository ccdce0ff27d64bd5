import t from 'tap'
import { build, buildWithSql, getMe, refresh, register, secretFor, signIn, signedUp } from '../support/build.ts'
import { codeOf, tokenOf } from '../support/mailbox.ts'
import { changeAccount, confirmEmail } from '../support/verification.ts'

const environment = { REQUIRE_VERIFIED_EMAIL: 'on' }

t.test(
  'with required verification, unverified users cannot sign in, and only the right password reveals why',
  async (t) => {
    const { app, mailbox } = await build(t, { environment })
    const missingEmail = await register(app, 'ada')
    t.equal(missingEmail.statusCode, 400)
    t.match(missingEmail.json(), { code: 'invalid_request', errors: [{ path: '/email', message: 'is required' }] })

    t.equal((await register(app, 'ada', { email: 'ada@example.com' })).statusCode, 201)
    const early = await signIn(app, 'ada')
    t.equal(early.statusCode, 400)
    t.match(early.json(), { error: 'invalid_grant', code: 'email_not_verified' })
    t.equal((await signIn(app, 'ada', { password: secretFor('eve') })).statusCode, 401)
    t.equal((await signIn(app, 'ada', { password: secretFor('eve') })).json().code, 'invalid_grant')
    t.equal(
      (await signIn(app, 'ada@example.com', { password: secretFor('ada') })).statusCode,
      401,
      'an unverified address does not work as a username',
    )

    const [mail] = await mailbox.collect(app)
    const confirmed = await app.inject({
      method: 'POST',
      url: '/auth/email-verification/confirm',
      payload: { token: tokenOf(mail), current_password: secretFor('ada') },
    })
    t.equal(confirmed.statusCode, 204)
    for (const name of ['ada', 'Ada@Example.com']) {
      t.equal((await signIn(app, name, { password: secretFor('ada') })).statusCode, 200)
    }

    const { access_token: token } = (await signIn(app, 'ada')).json()
    const removed = await app.inject({
      method: 'PATCH',
      url: '/auth/users/me',
      headers: { authorization: `Bearer ${token}` },
      payload: { email: null, current_password: secretFor('ada') },
    })
    t.match(removed.json(), { status: 400, code: 'invalid_request', errors: [{ path: '/email' }] })
  },
)

t.test('a reset by username also verifies the address and lets the user sign in', async (t) => {
  const { app, mailbox } = await build(t, { environment })
  await register(app, 'ada', { email: 'ada@example.com' })
  await app.inject({ method: 'POST', url: '/auth/password-reset', payload: { username: 'ada' } })
  const mail = (await mailbox.collect(app)).find(({ text }) => text.includes('reset-password'))
  await app.inject({
    method: 'POST',
    url: '/auth/password-reset/confirm',
    payload: { token: tokenOf(mail), new_password: secretFor('another') },
  })
  t.equal((await signIn(app, 'ada', { password: secretFor('another') })).statusCode, 200)
})

t.test('existing sessions continue and can set an address; accounts created by the host can be verified', async (t) => {
  const shared = { DATABASE_URL: `file:${t.testdir()}/latchkey.db`, MASTER_KEY: secretFor('master key') }
  const earlier = await build(t, { environment: shared })
  const ada = await signedUp(earlier.app, 'ada')
  await earlier.app.close()

  const { app, mailbox } = await build(t, { environment: { ...shared, ...environment } })
  const next = await refresh(app, ada.refresh_token)
  t.equal(next.statusCode, 200)
  t.equal((await getMe(app, next.json().access_token)).statusCode, 200)
  t.match((await signIn(app, 'ada')).json(), { code: 'email_not_verified' })
  await changeAccount(app, next.json().access_token, { email: 'ada@example.com', current_password: secretFor('ada') })
  t.match((await signIn(app, 'ada')).json(), { code: 'email_not_verified' })
  await confirmEmail(app, { code: codeOf((await mailbox.collect(app))[0]) }, next.json().access_token)
  t.equal((await signIn(app, 'ada')).statusCode, 200)

  await app.latchkey.createUser({ username: 'bob', password: secretFor('bob'), email: 'bob@example.com' })
  t.strictSame(await mailbox.collect(app), [], 'the host may send its own messages')
  await app.inject({ method: 'POST', url: '/auth/email-verification', payload: { username: 'bob' } })
  const [mail] = await mailbox.collect(app)
  await app.inject({
    method: 'POST',
    url: '/auth/email-verification/confirm',
    payload: { token: tokenOf(mail), current_password: secretFor('bob') },
  })
  t.equal((await signIn(app, 'bob')).statusCode, 200)
})

t.test('a disabled user does not learn that their address is unverified', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite', environment)
  await register(app, 'ada', { email: 'ada@example.com' })
  await change("update users set disabled = 1 where username = 'ada'")
  t.match((await signIn(app, 'ada')).json(), { code: 'invalid_grant' })
})
