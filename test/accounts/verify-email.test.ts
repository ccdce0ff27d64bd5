import t from 'tap'
import {
  build,
  getMe,
  hour,
  minute,
  onBoth,
  refresh,
  register,
  secretFor,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { readableOf } from '../support/mailbox.ts'
import {
  askReset,
  askVerification,
  claimed,
  confirmEmail,
  nextProof,
  outcomeOf,
  resetPassword,
  sessionOf,
  wrongCodes,
} from '../support/verification.ts'

onBoth(t, 'the address of a new account receives one message with a link and a code', async (t, database) => {
  const { app, mailbox } = await build(t, { database })
  await register(app, 'ada', { email: 'Ada@example.com' })
  await register(app, 'ADA', { email: 'taken@example.com' })
  await register(app, 'bob')
  const [mail, ...others] = await mailbox.collect(app)
  t.strictSame(others, [])
  t.match(mail, { to: 'Ada@example.com', subject: 'Verify your e-mail address for Latchkey' })
  for (const text of [mail?.text, readableOf(mail)]) {
    t.match(text, 'this is the e-mail address of your Latchkey account.')
    t.match(text, /http:\/\/localhost:3000\/auth\/verify-email#ev_[\w-]{64}\s/)
    t.match(text, /: {1,2}\d{4} \d{4}\s/)
  }
})

onBoth(t, 'an address is verified by link or code, with session or password, each only once', async (t, database) => {
  const built = await build(t, { database })
  const { app } = built
  type Ways = Array<[username: string, way: (proof: { token: string; code: string }) => object, isSignedIn: boolean]>
  const ways: Ways = [
    ['link and password', ({ token }) => ({ token, current_password: secretFor('link and password') }), false],
    ['link and session', ({ token }) => ({ token }), true],
    ['code and session', ({ code }) => ({ code }), true],
    [
      'code and password',
      ({ code }) => ({ code, username: 'CODE and password', current_password: secretFor('code and password') }),
      false,
    ],
    ['code as displayed', ({ code }) => ({ code: `${code.slice(0, 4)} ${code.slice(4)}` }), true],
  ]
  for (const [username, way, isSignedIn] of ways) {
    const proof = await claimed(built, username, `${username.replaceAll(' ', '.')}@example.com`)
    const accessToken = await sessionOf(app, username)
    const confirm = () => confirmEmail(app, way(proof), isSignedIn ? accessToken : undefined)
    t.equal((await getMe(app, accessToken)).json().email_verified, false, username)
    const response = await confirm()
    t.strictSame([response.statusCode, response.body], [204, ''], username)
    t.equal((await getMe(app, accessToken)).json().email_verified, true, username)
    t.equal(outcomeOf(await confirm()), '400 invalid_code', username)
  }
  t.strictSame(await built.mailbox.collect(app), [])
})

t.test('a link or code mailed for one account is rejected with another user’s session or password (S15)', async (t) => {
  const built = await build(t)
  const { app } = built
  const { token, code } = await claimed(built, 'ada', 'ada@example.com')
  await claimed(built, 'mallory', 'mallory@example.com')
  const mallory = await sessionOf(app, 'mallory')
  const password = secretFor('mallory')
  t.equal(outcomeOf(await confirmEmail(app, { token }, mallory)), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { token, current_password: password }, mallory)), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { token, current_password: password })), '400 wrong_password')
  t.equal(
    outcomeOf(await confirmEmail(app, { token, username: 'mallory', current_password: password })),
    '400 wrong_password',
  )
  t.equal(outcomeOf(await confirmEmail(app, { code }, mallory)), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { code, username: 'ada' }, mallory)), '400 invalid_code')
  t.equal(
    outcomeOf(await confirmEmail(app, { code, username: 'mallory', current_password: password })),
    '400 invalid_code',
  )
  t.equal(
    outcomeOf(await confirmEmail(app, { code, username: 'nobody', current_password: password })),
    '400 wrong_password',
  )

  const incomplete: Array<[payload: object, ...fields: string[]]> = [
    [{}, 'code'],
    [{ token }, 'current_password'],
    [{ code }, 'username', 'current_password'],
    [{ code, username: 'ada' }, 'current_password'],
    [{ username: 'ada', current_password: password }, 'code'],
  ]
  for (const [payload, ...fields] of incomplete) {
    const response = await confirmEmail(app, payload)
    t.strictSame(
      [response.statusCode, response.json().errors],
      [400, fields.map((field) => ({ path: `/${field}`, message: 'is required' }))],
    )
  }
  t.equal(
    outcomeOf(await confirmEmail(app, { code, username: 'ada', current_password: secretFor('ada') })),
    '204',
    'the rejected attempts did not consume the code',
  )
})

onBoth(
  t,
  'five wrong codes invalidate the code but not the link; wrong passwords do not count',
  async (t, database) => {
    const built = await build(t, { database })
    const { app } = built
    const guess = (username: string, code: string, password = secretFor(username)) =>
      confirmEmail(app, { code, username, current_password: password }).then(outcomeOf)
    const guessWrongly = async (username: string, code: string, count: number) => {
      for (const wrong of wrongCodes(code, count)) t.equal(await guess(username, wrong), '400 invalid_code')
    }

    const ada = await claimed(built, 'ada', 'ada@example.com')
    for (const code of [ada.code, ...wrongCodes(ada.code, 6)]) {
      t.equal(await guess('ada', code, secretFor('wrong')), '400 wrong_password')
    }
    await guessWrongly('ada', ada.code, 4)
    t.equal(await guess('ada', ada.code), '204')

    const bob = await claimed(built, 'bob', 'bob@example.com')
    await guessWrongly('bob', bob.code, 5)
    t.equal(await guess('bob', bob.code), '400 invalid_code', 'the right code after five wrong ones')
    await askVerification(app, { username: 'bob' })
    const next = await nextProof(built)
    t.equal(next.token, bob.token, 'the link stays the same')
    t.not(next.code, bob.code)
    t.equal(await guess('bob', bob.code), '400 invalid_code', 'the previous code')
    t.equal(await guess('bob', next.code), '204')

    const eve = await claimed(built, 'eve', 'eve@example.com')
    await guessWrongly('eve', eve.code, 5)
    t.equal(outcomeOf(await confirmEmail(app, { token: eve.token, current_password: secretFor('eve') })), '204')
  },
)

t.test('the code is valid for ten minutes, the link for a day', async (t) => {
  const built = await build(t)
  const { app, clock } = built
  const ada = await claimed(built, 'ada', 'ada@example.com')
  const bob = await claimed(built, 'bob', 'bob@example.com')
  const eve = await claimed(built, 'eve', 'eve@example.com')
  const confirm = (username: string, proof: object) =>
    confirmEmail(app, { ...proof, current_password: secretFor(username) }).then(outcomeOf)

  clock.advance(10 * minute - 1)
  t.equal(await confirm('ada', { username: 'ada', code: ada.code }), '204')
  clock.advance(1)
  t.equal(await confirm('bob', { username: 'bob', code: bob.code }), '400 invalid_code')
  clock.advance(24 * hour - 10 * minute - 1)
  t.equal(await confirm('bob', { token: bob.token }), '204')
  clock.advance(1)
  t.equal(await confirm('eve', { token: eve.token }), '400 invalid_code')
  await askVerification(app, { username: 'eve' })
  const { token } = await nextProof(built)
  t.not(token, eve.token)
  t.equal(await confirm('eve', { token }), '204')
})

t.test('no token is accepted as another kind of token (J11)', async (t) => {
  const built = await build(t)
  const { app } = built
  const { token } = await claimed(built, 'ada', 'ada@example.com')
  await askReset(app, 'ada')
  const reset = await nextProof(built)
  const { access_token: accessToken, refresh_token: refreshToken } = (await signIn(app, 'ada')).json<TokenResponse>()

  const others = {
    'a reset token': reset.token,
    'a reset token renamed as a verification token': reset.token.replace(/^pr_/, 'ev_'),
    'a refresh token': refreshToken,
    'an access token': accessToken,
    'a token with an extra character': `${token}A`,
    'a padded token': `${token}=`,
    'a truncated token': token.slice(0, -1),
    nothing: 'ev_',
  }
  for (const [what, other] of Object.entries(others)) {
    for (const answer of [
      await confirmEmail(app, { token: other }, accessToken),
      await confirmEmail(app, { token: other, current_password: secretFor('ada') }),
    ]) {
      t.match(outcomeOf(answer), other.length > 256 ? '400 invalid_request' : '400 invalid_code', what)
    }
  }
  for (const other of [token, token.replace(/^ev_/, 'pr_'), reset.token.replace(/^pr_/, 'ev_')]) {
    t.equal(outcomeOf(await resetPassword(app, { token: other })), '400 invalid_code')
    t.equal(outcomeOf(await refresh(app, other)), '400 invalid_grant')
    t.equal(outcomeOf(await getMe(app, other)), '401 invalid_token')
  }
  t.equal(
    outcomeOf(
      await resetPassword(app, { code: (await claimed(built, 'bob', 'bob@example.com')).code, username: 'bob' }),
    ),
    '400 invalid_code',
    'a verification code does not reset a password',
  )
  t.equal(outcomeOf(await confirmEmail(app, { code: reset.code }, accessToken)), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { token }, accessToken)), '204')
})

t.test('an unverified address is found as phone keyboards type it (A1)', async (t) => {
  const { app, mailbox } = await build(t)
  await register(app, 'eve', { email: 'eve@example.com' })
  await mailbox.collect(app)
  await askVerification(app, { username: ' Eve＠example.com\u200b' })
  t.match(await mailbox.collect(app), [{ to: 'eve@example.com' }])
})
