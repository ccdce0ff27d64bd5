import t from 'tap'
import { build, getMe, hour, onBoth, register, secretFor, signIn } from '../../support/build.ts'
import { codeOf, readableOf, tokenOf } from '../../support/mailbox.ts'
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
} from '../../support/verification.ts'
import { buildWithClients, tokenOf as tokenOfClient } from '../../support/clients.ts'

const password = secretFor('ada')
const byAddress = { password }
const changedSubject = 'Your Latchkey e-mail address was changed'

onBoth(
  t,
  'a verified address stays in use until the new one is verified; then the old one is notified (S5)',
  async (t, database) => {
    const built = await build(t, { database })
    const { app, clock, mailbox } = built
    await verified(built, 'ada', 'old@example.com')
    const session = await sessionOf(app, 'ada')
    const statusesOf = () =>
      Promise.all(
        ['old@example.com', 'new@example.com'].map(
          async (username) => (await signIn(app, username, byAddress)).statusCode,
        ),
      )
    const resetsGoTo = async () => {
      for (const username of ['old@example.com', 'new@example.com']) await askReset(app, username)
      return (await mailbox.collect(app)).map(({ to }) => to)
    }

    const changed = await changeAccount(app, session, { email: 'new@example.com', current_password: password })
    t.equal(changed.statusCode, 200)
    t.match(changed.json(), { email: 'old@example.com', email_verified: true, pending_email: 'new@example.com' })
    t.strictSame((await getMe(app, session)).json(), changed.json())
    const { mail, token } = await nextProof(built)
    t.equal(mail.to, 'new@example.com')
    t.strictSame(await statusesOf(), [200, 401])
    t.strictSame(await resetsGoTo(), ['old@example.com'])

    t.equal(outcomeOf(await confirmEmail(app, { token, current_password: password })), '204')
    t.match((await getMe(app, session)).json(), { email: 'new@example.com', email_verified: true, pending_email: null })
    const [notice, ...others] = await mailbox.collect(app)
    t.strictSame(others, [])
    t.match(notice, { to: 'old@example.com', subject: changedSubject })
    for (const text of [notice?.text, readableOf(notice)]) t.notMatch(text, 'new@example.com')
    t.strictSame(await statusesOf(), [401, 200])
    clock.advance(hour)
    t.strictSame(await resetsGoTo(), ['new@example.com'])
  },
)

onBoth(t, 'a pending address is void once another one is pending', async (t, database) => {
  const built = await build(t, { database })
  const { app, clock, mailbox } = built
  await verified(built, 'ada', 'ada@example.com')
  clock.advance(hour)
  const session = await sessionOf(app, 'ada')
  const change = (email: string | null) => changeAccount(app, session, { email, current_password: password })
  await change('first@example.com')
  const first = await nextProof(built)
  await change('first@example.com')
  const again = await nextProof(built)
  t.strictSame(
    [again.mail.to, again.token, again.code],
    ['first@example.com', first.token, first.code],
    'the same change again sends the same token and code',
  )

  t.match((await change('Second@example.com')).json(), {
    email: 'ada@example.com',
    pending_email: 'Second@example.com',
  })
  t.equal(outcomeOf(await confirmEmail(app, { token: first.token }, session)), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { code: first.code }, session)), '400 invalid_code')
  const [mail] = await mailbox.collect(app)
  t.match(
    (await change('ADA@example.com')).json(),
    { email: 'ADA@example.com', email_verified: true, pending_email: null },
    'the verified address in another spelling',
  )
  t.equal(outcomeOf(await confirmEmail(app, { token: tokenOf(mail) }, session)), '400 invalid_code')
  t.strictSame(await mailbox.collect(app), [], 'no message is sent, because nothing has changed')

  t.match((await change(null)).json(), { email: null, email_verified: false, pending_email: null })
  t.match(await mailbox.collect(app), [{ to: 'ADA@example.com', subject: changedSubject }])
  t.equal((await signIn(app, 'ada@example.com', byAddress)).statusCode, 401)
  t.match(
    (await change('ada@example.com')).json(),
    { email: 'ada@example.com', email_verified: false, pending_email: null },
    'has to be verified again',
  )
})

onBoth(t, 'an unverified address is replaced at once, and everything mailed to it is void', async (t, database) => {
  const built = await build(t, { database })
  const { app, mailbox } = built
  const wrong = await claimed(built, 'ada', 'wrong@example.com')
  await askReset(app, 'ada')
  const reset = await nextProof(built)
  const session = await sessionOf(app, 'ada')
  const change = (email: string) => changeAccount(app, session, { email, current_password: password })

  t.match((await change('right@example.com')).json(), {
    email: 'right@example.com',
    email_verified: false,
    pending_email: null,
  })
  const mails = await mailbox.collect(app)
  t.strictSame(mails.map(({ to, subject }) => [to, subject]).toSorted(), [
    ['right@example.com', 'Verify your e-mail address for Latchkey'],
    ['wrong@example.com', changedSubject],
  ])
  t.equal(outcomeOf(await resetPassword(app, { token: reset.token })), '400 invalid_code')
  t.equal(outcomeOf(await resetPassword(app, { username: 'ada', code: reset.code })), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { token: wrong.token }, session)), '400 invalid_code')
  const right = mails.find(({ to }) => to === 'right@example.com')

  await change('right@example.com')
  t.strictSame(await mailbox.collect(app), [])
  t.equal(
    outcomeOf(await confirmEmail(app, { code: codeOf(right) }, session)),
    '204',
    'repeating the change does not void the code',
  )

  await claimed(built, 'eve', 'eve@example.com')
  t.match(
    (
      await changeAccount(app, await sessionOf(app, 'eve'), {
        email: 'EVE@example.com',
        current_password: secretFor('eve'),
      })
    ).json(),
    { email: 'EVE@example.com', email_verified: false },
  )
  t.match(
    (await mailbox.collect(app)).map(({ to }) => to),
    ['EVE@example.com'],
    'the previous address is not notified',
  )
})

onBoth(t, 'changing the e-mail address requires the password, changing the name does not', async (t, database) => {
  const built = await build(t, { database })
  const { app, clock, mailbox } = built
  await register(app, 'ada', { name: 'Ada' })
  const session = await sessionOf(app, 'ada')
  const before = (await getMe(app, session)).json()
  const email = 'ada@example.com'
  const rejections: Array<[outcome: string, path: string, payload: object]> = [
    ['400 invalid_request', '/current_password', { email }],
    ['400 invalid_request', '/current_password', { email: null, name: 'Eve' }],
    ['400 invalid_request', '/current_password', { email, current_password: '' }],
    ['400 wrong_password', '/current_password', { email, current_password: secretFor('wrong') }],
    ['400 wrong_password', '/current_password', { email, name: 'Eve', current_password: secretFor('wrong') }],
    ['400 invalid_request', '/email', { email: 'nowhere', current_password: password }],
    ['400 invalid_request', '/name', { name: '' }],
    ['400 invalid_request', '/name', { name: 'x'.repeat(129) }],
    ...[
      'id',
      'username',
      'email_verified',
      'pending_email',
      'email_fold',
      'scope',
      'scopes',
      'disabled',
      'password',
      'password_hash',
      'created_at',
      '__proto__',
    ].map((field): [string, string, object] => [
      '400 invalid_request',
      `/${field}`,
      JSON.parse(`{ "name": "Eve", "${field}": 1 }`),
    ]),
  ]
  for (const [outcome, path, payload] of rejections) {
    const response = await changeAccount(app, session, payload)
    t.equal(outcomeOf(response), outcome, path)
    t.match(response.json().errors, [{ path }])
  }
  t.strictSame((await getMe(app, session)).json(), before, 'nothing was changed (S9)')
  t.strictSame(await mailbox.collect(app), [])

  clock.advance(1)
  t.match((await changeAccount(app, session, { name: 'Ada King' })).json(), { ...before, name: 'Ada King' })
  t.match((await changeAccount(app, session, { name: null })).json(), { ...before, name: null })
  t.match((await changeAccount(app, session, {})).json(), { ...before, name: null })
  t.equal((await app.inject({ method: 'PATCH', url: '/auth/users/me', payload: { name: 'Eve' } })).statusCode, 401)
})

t.test('a client has no account to change and no address to verify', async (t) => {
  const { app, worker } = await buildWithClients(t)
  const token = await tokenOfClient(app, worker)
  t.equal(outcomeOf(await changeAccount(app, token, { name: 'Worker' })), '403 insufficient_scope')
  t.equal(outcomeOf(await askVerification(app, { username: 'ada' }, token)), '403 insufficient_scope')
  t.equal(outcomeOf(await confirmEmail(app, { code: '12345678' }, token)), '403 insufficient_scope')
})
