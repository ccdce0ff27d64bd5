import t, { type Test } from 'tap'
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
import { addPasskey, signInWithPasskey } from '../../support/authenticator.ts'
import { addDevice, outcomeOf } from '../../support/factors.ts'
import { linkOf, tokenOf } from '../../support/mailbox.ts'
import {
  askReset,
  bearer,
  changePassword,
  confirmEmail,
  deleteAccount,
  invalidCode,
  newPassword,
  registerVerified,
  resetMail,
  resetWith,
  summaryOf,
} from '../../support/recovery.ts'

const signInAfterReset = (app: Parameters<typeof signIn>[0], username: string) =>
  signIn(app, username, { password: newPassword })

onBoth(
  t,
  'a reset by username goes to the address of the account, one by address to the account that has verified it',
  async (t, database) => {
    const { app, clock, mailbox } = await build(t, { database })
    await registerVerified(app, mailbox, 'ada', 'Ada@Example.com')
    await register(app, 'eve', { email: 'Eve@Example.com' })
    await register(app, 'mallory', { email: 'ADA@example.com' })
    await mailbox.collect(app)
    const recipients: Array<[name: string, to: string | undefined, account?: string]> = [
      ['ada', 'Ada@Example.com', 'your Latchkey account “ada”'],
      ['ＡＤＡ', 'Ada@Example.com', 'your Latchkey account “ada”'],
      ['ADA@EXAMPLE.COM', 'Ada@Example.com', 'your Latchkey account “ada”'],
      ['ada＠example.com', 'Ada@Example.com', 'your Latchkey account “ada”'],
      ['eve', 'Eve@Example.com', 'your Latchkey account.'],
      ['Eve@Example.com', undefined],
      ['mallory', 'ADA@example.com', 'your Latchkey account.'],
      ['\u200bADA@example.com ', 'Ada@Example.com', 'your Latchkey account “ada”'],
      ['%@example.com', undefined],
    ]
    for (const [name, to, account = ''] of recipients) {
      clock.advance(hour)
      const mail = await resetMail(app, mailbox, name)
      t.equal(mail?.to, to, name)
      t.match(mail?.text ?? '', account, name)
    }
  },
)

onBoth(t, 'a reset verifies the address, unless another account has verified it since then', async (t, database) => {
  const { app, mailbox } = await build(t, { database })
  for (const username of ['ada', 'mallory']) await register(app, username, { email: 'ada@example.com' })
  await mailbox.collect(app)
  const [ofAda, ofMallory] = [await resetMail(app, mailbox, 'ada'), await resetMail(app, mailbox, 'mallory')]
  const accountOf = async (name: string) =>
    (await getMe(app, (await signInAfterReset(app, name)).json<TokenResponse>().access_token)).json()

  t.equal((await resetWith(app, { token: tokenOf(ofAda) })).statusCode, 204)
  t.match(await accountOf('ada'), { email_verified: true })
  t.equal((await resetWith(app, { token: tokenOf(ofMallory) })).statusCode, 204)
  t.match(await accountOf('mallory'), { email: 'ada@example.com', email_verified: false })
  t.match(await accountOf('ADA@example.com'), { username: 'ada', email_verified: true })
})

onBoth(
  t,
  'the response is identical for every username, and only accounts with an address get a message',
  async (t, database) => {
    const { app, change, count, mailbox } = await buildWithSql(t, database)
    await registerVerified(app, mailbox)
    await registerVerified(app, mailbox, 'eve', 'eve@example.com')
    await register(app, 'without an address')
    await register(app, 'claims one', { email: 'claimed@example.com' })
    await change("update users set disabled = 1 where username = 'eve'")
    await mailbox.collect(app)
    const {
      headers: { date: _, ...headers },
      ...known
    } = await askReset(app, 'ada')
    t.strictSame([known.statusCode, known.body], [202, ''])
    t.equal((await mailbox.collect(app)).length, 1)

    const names = [
      'nobody',
      'nobody@example.com',
      'eve',
      'eve@example.com',
      'without an address',
      'claimed@example.com',
      '@',
      'ada@',
      "' or 1=1 --",
      '🔑'.repeat(512),
      '\u202e',
      secretFor('typed by mistake'),
    ]
    for (const name of names) {
      const {
        statusCode,
        body,
        headers: { date: _, ...others },
      } = await askReset(app, name)
      t.strictSame([statusCode, body, others], [202, '', headers], name.slice(0, 30))
    }
    t.strictSame(await mailbox.collect(app), [])
    t.equal(await count('mail_requests'), 0)
  },
)

t.test('links are made from PUBLIC_URL, regardless of host headers (F2)', async (t) => {
  for (const environment of [{}, { TRUST_PROXY: '127.0.0.1' }, { TRUST_PROXY: '2' }]) {
    const { app, clock, mailbox } = await build(t, { environment })
    await registerVerified(app, mailbox)
    const forgedHeaders: Record<string, string>[] = [
      { host: 'evil.example' },
      { host: 'localhost:3000@evil.example' },
      {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-port': '444',
        'x-forwarded-prefix': '/evil',
      },
      { forwarded: 'for=192.0.2.1;host=evil.example;proto=https' },
      {
        'x-original-url': '/evil',
        'x-rewrite-url': '/evil',
        'x-host': 'evil.example',
        origin: 'https://evil.example',
        referer: 'https://evil.example/',
      },
    ]
    for (const headers of forgedHeaders) {
      clock.advance(hour)
      await askReset(app, 'ada', headers)
      const [mail, ...others] = await mailbox.collect(app)
      t.equal(others.length, 0)
      t.match(linkOf(mail), /^http:\/\/localhost:3000\/auth\/reset-password#pr_[\w-]{64}$/, JSON.stringify(headers))
      t.notMatch(JSON.stringify(mail), 'evil')
    }
  }
})

t.test('opening the page of the link, as a mail scanner does, uses nothing up (S13)', async (t) => {
  const { app, mailbox, rows } = await buildWithSql(t, 'sqlite')
  await registerVerified(app, mailbox)
  const mail = await resetMail(app, mailbox)
  const [address, token = ''] = linkOf(mail).replace('http://localhost:3000', '').split('#')
  const before = await rows('select * from one_time_tokens')
  t.equal(before.length, 1)
  for (const url of [
    `${address}`,
    `${address}?token=${token}`,
    `${address}?code=1&username=ada`,
    `/auth/password-reset/confirm?token=${token}`,
  ]) {
    for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
      const { statusCode, headers } = await app.inject({ method, url })
      t.ok([200, 204, 405].includes(statusCode), `${method} ${url.replace(token, '…')}: ${statusCode}`)
      t.equal(headers.location, undefined)
    }
  }
  t.strictSame(await rows('select * from one_time_tokens'), before)
  t.equal((await resetWith(app, { token })).statusCode, 204)
})

t.test('a token of another kind resets nothing, and a reset token is accepted nowhere else (J11)', async (t) => {
  const { app, mailbox } = await build(t)
  await register(app, 'ada', { email: 'ada@example.com' })
  const verification = tokenOf((await mailbox.collect(app))[0])
  const { access_token: access, refresh_token: refreshToken } = (await signIn(app, 'ada')).json<TokenResponse>()
  const token = tokenOf(await resetMail(app, mailbox))
  const others = {
    verification,
    'verification with the reset prefix': verification.replace('ev_', 'pr_'),
    'reset with the verification prefix': token.replace('pr_', 'ev_'),
    refresh: refreshToken,
    'refresh with the reset prefix': refreshToken.replace('rt_', 'pr_'),
    'no prefix': token.slice('pr_'.length),
    'another spelling': `${token}=`,
    padded: `${token} `,
    'with its last character changed': token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
    'a made-up secret': token.slice(0, 30) + 'A'.repeat(token.length - 30),
  }
  for (const [what, other] of Object.entries(others)) {
    t.strictSame(summaryOf(await resetWith(app, { token: other })), invalidCode, what)
  }

  t.equal((await resetWith(app, { token: access })).statusCode, 400, 'too long for a reset token')

  t.equal((await getMe(app, token)).statusCode, 401)
  t.equal((await refresh(app, token)).statusCode, 400)
  t.equal((await refresh(app, token.replace('pr_', 'rt_'))).statusCode, 400)
  for (const kind of [token, token.replace('pr_', 'ev_')]) {
    t.strictSame(summaryOf(await confirmEmail(app, { token: kind }, bearer(access))), invalidCode)
    t.equal((await app.inject({ method: 'POST', url: '/auth/revoke', payload: { token: kind } })).statusCode, 200)
  }
  t.equal((await getMe(app, access)).statusCode, 200, 'it had no effect')
  t.equal((await resetWith(app, { token })).statusCode, 204)
})

onBoth(
  t,
  'an account registered with another person’s address gains nothing when its owner resets the password (S15)',
  async (t, database) => {
    const { app, clock, mailbox, mallory, rows } = await withMallory(t, database)
    const { passkey } = await addPasskey(app, mallory.access_token)
    await addDevice(app, clock, mallory.access_token)
    t.equal(outcomeOf(await signIn(app, 'mallory', { otp: '000000' })), '400 invalid_otp')
    const mail = await resetMail(app, mailbox, 'mallory')
    t.match(mail?.text, 'your Latchkey account.')
    t.equal((await resetWith(app, { token: tokenOf(mail) })).statusCode, 204)
    t.match(await mailbox.collect(app), [{ subject: /password was changed/, text: /added second factors .* removed/s }])

    t.equal(outcomeOf(await signInWithPasskey(app, passkey)), '400 invalid_passkey', 'a planted passkey')
    t.strictSame(
      await rows("select factor from throttles where factor = 'otp'"),
      [],
      'codes of the owner are not locked',
    )
    t.match(await rows("select details from events where event = 'second_factors_reset'"), [
      { details: JSON.stringify({ factors: 2 }) },
    ])
    t.equal((await getMe(app, mallory.access_token)).statusCode, 401)
    t.equal((await refresh(app, mallory.refresh_token)).statusCode, 400)
    t.equal((await signIn(app, 'mallory')).statusCode, 401)
    t.equal((await deleteAccount(app, mallory.access_token, secretFor('mallory'))).statusCode, 401)
    t.match(
      (await getMe(app, (await signInAfterReset(app, 'ada@example.com')).json<TokenResponse>().access_token)).json(),
      {
        username: 'mallory',
        email_verified: true,
      },
    )
  },
)

onBoth(
  t,
  'resetting an account with another person’s address does not affect the owner’s own account (S15)',
  async (t, database) => {
    const { app, mailbox } = await withMallory(t, database)
    const ada = await signedUp(app, 'ada')
    await app.inject({
      method: 'PATCH',
      url: '/auth/users/me',
      headers: bearer(ada.access_token),
      payload: { email: 'ada@example.com', current_password: secretFor('ada') },
    })
    t.equal(
      (await confirmEmail(app, { token: tokenOf((await mailbox.collect(app))[0]) }, bearer(ada.access_token)))
        .statusCode,
      204,
    )

    t.equal((await resetWith(app, { token: tokenOf(await resetMail(app, mailbox, 'mallory')) })).statusCode, 204)
    t.match((await getMe(app, ada.access_token)).json(), {
      username: 'ada',
      email: 'ada@example.com',
      email_verified: true,
    })
    t.equal((await signIn(app, 'ada@example.com', { password: secretFor('ada') })).statusCode, 200)
    t.equal((await signInAfterReset(app, 'ada@example.com')).statusCode, 401)
  },
)

/** Registers mallory with the address of ada. */
async function withMallory(t: Test, database: DatabaseKind) {
  const { app, clock, mailbox, rows } = await buildWithSql(t, database)
  await register(app, 'mallory', { email: 'ada@example.com' })
  await mailbox.collect(app)
  return { app, clock, mailbox, rows, mallory: (await signIn(app, 'mallory')).json<TokenResponse>() }
}

onBoth(t, 'flooding an address with notifications does not suppress those of its owner (S15)', async (t, database) => {
  const { app, mailbox, mallory } = await withMallory(t, database)
  await register(app, 'ada', { email: 'ada@example.com' })
  await mailbox.collect(app)
  let { access_token: access } = mallory
  for (const current of Array<string>(5).fill(secretFor('mallory'))) {
    access = (await changePassword(app, access, { current, next: current })).json<TokenResponse>().access_token
  }
  t.equal((await mailbox.collect(app)).length, 3)
  t.equal((await resetWith(app, { token: tokenOf(await resetMail(app, mailbox)) })).statusCode, 204)
  t.match(await mailbox.collect(app), [{ subject: 'Your Latchkey password was changed', text: '“ada”' }])
})
