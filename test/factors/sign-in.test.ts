import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import {
  build,
  buildWithSql,
  getMe,
  hour,
  minute,
  onBoth,
  refresh,
  register,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../support/build.ts'
import {
  addDevice,
  asUser,
  codeAt,
  continueWith,
  enrolled,
  mfaGrant,
  mfaTokenOf,
  outcomeOf,
  step,
  wrongCodeAt,
} from '../support/factors.ts'
import { tokenOf } from '../support/mailbox.ts'
import {
  bearer,
  changeAccount,
  confirmEmail,
  newPassword,
  registerVerified,
  resetMail,
  resetWith,
} from '../support/recovery.ts'
import {
  abroad,
  addressOf,
  buildGuarded,
  elsewhere,
  guessFrom,
  home,
  signInFrom,
  tally,
  type SignedIn,
} from '../support/throttling.ts'

const run = promisify(execFile)

/** What the authenticator app of another author shows. */
async function oathtool(secret: string, time: number): Promise<string> {
  const { stdout } = await run('oathtool', ['--totp', '--base32', `--now=@${Math.floor(time / 1000)}`, secret])
  return stdout.trim()
}

onBoth(t, 'a second factor is added, used, lost and replaced', async (t, database) => {
  const { app, clock, mailbox } = await build(t, { database })
  const ada = await enrolled(app, clock, 'ada')
  t.equal(ada.recoveryCodes.length, 10)
  t.equal(new Set(ada.recoveryCodes).size, 10)

  const withCode = await signIn(app, 'ada', { otp: await oathtool(ada.secret, clock.now()) })
  t.equal(outcomeOf(withCode), '200', 'the password and a code in one request')

  const withoutCode = await signIn(app, 'ada')
  t.equal(withoutCode.statusCode, 403)
  t.match(withoutCode.json(), {
    error: 'mfa_required',
    code: 'mfa_required',
    error_description: /second factor/,
    mfa_token: /^mt_/,
    factors: ['totp', 'recovery_code'],
  })
  t.notOk('www-authenticate' in withoutCode.headers, 'it would hide the error from OAuth libraries')
  t.notMatch(withoutCode.json(), { access_token: String })

  clock.advance(step)
  const { mfa_token: token } = withoutCode.json<{ mfa_token: string }>()
  t.equal(outcomeOf(await continueWith(app, token, wrongCodeAt(ada.secret, clock.now()))), '400 invalid_otp')
  const continued = await continueWith(app, token, codeAt(ada.secret, clock.now()))
  t.equal(outcomeOf(continued), '200', 'the same token works after a wrong code')
  t.match(continued.json(), { scope: 'account', refresh_token: /^rt_/, device_token: /^dt_/ })

  await mailbox.collect(app)
  const [recoveryCode = ''] = ada.recoveryCodes
  const spelled = recoveryCode.toUpperCase().replaceAll('-', ' ')
  const recovered = await signIn(app, 'ada', { otp: spelled })
  t.equal(outcomeOf(recovered), '200')
  t.equal(outcomeOf(await signIn(app, 'ada', { otp: recoveryCode })), '400 invalid_otp', 'each works once')
  const [mail, ...others] = await mailbox.collect(app)
  t.strictSame(others, [])
  t.match(mail, { subject: /recovery code/, text: /You have 9 left\./ })

  const { access_token: access } = recovered.json<{ access_token: string }>()
  t.match((await asUser(app, access, 'GET', '/factors')).json(), {
    totp: [{ id: ada.deviceId, name: 'Phone', used_at: String }],
    recovery_codes_left: 9,
  })
  t.equal(outcomeOf(await asUser(app, access, 'DELETE', `/totp/${ada.deviceId}`)), '204')
  t.strictSame((await asUser(app, access, 'GET', '/factors')).json(), {
    totp: [],
    passkeys: [],
    recovery_codes_left: 0,
    required: false,
  })
  t.equal(outcomeOf(await signIn(app, 'ada')), '200', 'the password is enough again')
  t.equal(outcomeOf(await signIn(app, 'ada', { otp: '123456' })), '200', 'a code that is not needed is ignored')
})

onBoth(t, 'fifty sign-ins at once with one code, recovery code or token: one succeeds (T1)', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await enrolled(app, clock, 'ada')
  const successes = async (attempt: () => Promise<{ statusCode: number; body: string }>) => {
    const outcomes = (await Promise.all(Array.from({ length: 50 }, attempt))).map(outcomeOf)
    return outcomes.filter((outcome) => outcome === '200').length
  }
  const otp = codeAt(ada.secret, clock.now())
  t.equal(await successes(() => signIn(app, 'ada', { otp })), 1, 'one code')
  const [recoveryCode = ''] = ada.recoveryCodes
  t.equal(await successes(() => signIn(app, 'ada', { otp: recoveryCode })), 1, 'one recovery code')
  const [, laterCode = ''] = ada.recoveryCodes
  let turn = 0
  t.equal(
    await successes(() =>
      turn++ % 2 === 0
        ? signIn(app, 'ada', { otp: laterCode })
        : asUser(app, ada.accessToken, 'POST', '/reauthenticate', { otp: laterCode }),
    ),
    1,
    'one recovery code to sign in and to authenticate again',
  )
  clock.advance(step)
  const token = await mfaTokenOf(app, 'ada')
  const next = codeAt(ada.secret, clock.now())
  t.equal(await successes(() => continueWith(app, token, next)), 1, 'one token with one code')
  const other = await mfaTokenOf(app, 'ada')
  let used = 2
  t.equal(
    await successes(() => continueWith(app, other, ada.recoveryCodes[used++ % 10] ?? '')),
    1,
    'one token with many',
  )
})

onBoth(t, 'each code is accepted once, one step early or late, whatever the clock does (T3)', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await enrolled(app, clock, 'ada')
  const use = async (steps: number) =>
    outcomeOf(await signIn(app, 'ada', { otp: codeAt(ada.secret, clock.now() + steps * step) }))
  clock.advance(10 * step)
  t.strictSame([await use(-2), await use(2)], Array(2).fill('400 invalid_otp'), 'two steps away')
  t.strictSame([await use(-1), await use(0), await use(1)], ['200', '200', '200'])
  t.strictSame([await use(-1), await use(0), await use(1)], Array(3).fill('400 invalid_otp'))
  clock.advance(-10 * step)
  t.strictSame([await use(0), await use(1)], Array(2).fill('400 invalid_otp'), 'after the clock was set back')
  clock.advance(11 * step)
  t.strictSame([await use(0), await use(1)], ['400 invalid_otp', '200'])
})

onBoth(t, 'a wrong password reveals no second factor and uses no code up (T4)', async (t, database) => {
  const { app, clock, mailbox } = await build(t, { database })
  const ada = await enrolled(app, clock, 'ada')
  await mailbox.collect(app)
  const otp = codeAt(ada.secret, clock.now())
  const [recoveryCode = ''] = ada.recoveryCodes
  const bodies = new Set<string>()
  for (const more of [{}, { otp }, { otp: recoveryCode }, { otp: '000000' }]) {
    for (const username of ['ada', 'nobody']) {
      const { body, headers, statusCode } = await signIn(app, username, { password: 'wrong', ...more })
      bodies.add(`${statusCode} ${headers['www-authenticate']} ${body}`)
    }
  }
  t.equal(bodies.size, 1)
  t.strictSame(await mailbox.collect(app), [])
  t.equal(outcomeOf(await signIn(app, 'ada', { otp })), '200')
  t.equal(outcomeOf(await signIn(app, 'ada', { otp: recoveryCode })), '200')
})

onBoth(t, 'a reset password and a new e-mail address keep the second factors (T5)', async (t, database) => {
  const { app, clock, mailbox } = await build(t, { database })
  await registerVerified(app, mailbox)
  const first = (await signIn(app, 'ada')).json<TokenResponse>()
  const { secret, recoveryCodes } = await addDevice(app, clock, first.access_token)
  clock.advance(step)
  await mailbox.collect(app)
  t.equal(outcomeOf(await resetWith(app, { token: tokenOf(await resetMail(app, mailbox)) })), '204')
  const password = newPassword
  t.equal(outcomeOf(await signIn(app, 'ada', { password })), '403 mfa_required')
  const signedIn = await signIn(app, 'ada', { password, otp: codeAt(secret, clock.now()) })
  const { access_token: token } = signedIn.json<TokenResponse>()

  await mailbox.collect(app)
  t.equal(outcomeOf(await changeAccount(app, token, { email: 'new@example.com', current_password: password })), '200')
  const mail = (await mailbox.collect(app)).find(({ to }) => to === 'new@example.com')
  t.equal(outcomeOf(await confirmEmail(app, { token: tokenOf(mail) }, bearer(token))), '204')
  t.equal(outcomeOf(await signIn(app, 'new@example.com', { password })), '403 mfa_required')
  t.equal(outcomeOf(await signIn(app, 'ada', { password, otp: recoveryCodes[0] ?? '' })), '200')
})

onBoth(t, 'a token continues only its own sign-in, for five minutes', async (t, database) => {
  const { app, change, clock, count, rows } = await buildWithSql(t, database)
  const ada = await enrolled(app, clock, 'ada')
  await change("update users set scopes = 'posts:write users:read'")
  let used = 0
  const nextCode = () => ada.recoveryCodes[used++] ?? ''

  const narrow = await mfaTokenOf(app, 'ada', { scope: 'account users:read' })
  const continued = await continueWith(app, narrow, nextCode())
  t.equal(continued.json<TokenResponse>().scope, 'account users:read', 'it carries the requested scope')
  t.equal(outcomeOf(await continueWith(app, narrow, nextCode())), '400 invalid_mfa_token', 'it can be used once')
  used -= 1
  await app.latchkey.housekeep()
  t.equal((await rows('select id from used_tokens')).length, 1)

  const beforeExpiry = await mfaTokenOf(app, 'ada')
  const afterExpiry = await mfaTokenOf(app, 'ada')
  clock.advance(5 * minute - 1)
  t.equal(outcomeOf(await continueWith(app, beforeExpiry, nextCode())), '200')
  clock.advance(1)
  t.equal(outcomeOf(await continueWith(app, afterExpiry, nextCode())), '400 invalid_mfa_token')
  used -= 1
  clock.advance(hour)
  await app.latchkey.housekeep()
  t.equal((await rows('select id from used_tokens')).length, 0, 'expired ones are deleted')

  const fromNow = await mfaTokenOf(app, 'ada')
  clock.advance(-hour)
  t.equal(outcomeOf(await continueWith(app, fromNow, nextCode())), '400 invalid_mfa_token', 'the clock was set back')
  used -= 1
  const usedEarlier = await mfaTokenOf(app, 'ada')
  t.equal(outcomeOf(await continueWith(app, usedEarlier, nextCode())), '200')
  clock.advance(hour)
  await app.latchkey.housekeep()
  clock.advance(-hour)
  t.equal(outcomeOf(await continueWith(app, usedEarlier, nextCode())), '400 invalid_mfa_token', 'after an hour ahead')
  used -= 1

  const forged = [
    narrow.slice(0, -2),
    `${narrow}A`,
    narrow.slice(3),
    'mt_1.',
    'mt_',
    'x',
    ...Object.values(continued.json<TokenResponse>()).filter((value) => typeof value === 'string'),
  ]
  for (const token of forged) {
    t.equal(outcomeOf(await continueWith(app, token, nextCode())), '400 invalid_mfa_token', 'another token (J11)')
    used -= 1
  }

  const fresh = await mfaTokenOf(app, 'ada')
  t.equal(outcomeOf(await getMe(app, fresh)), '401 invalid_token', 'it is no access token (J11)')
  t.equal(outcomeOf(await refresh(app, fresh)), '400 invalid_grant', 'it is no refresh token (J11)')
  const sessions = await count('sessions')
  for (const column of ['password_version', 'factors_version', 'disabled']) {
    await change(`update users set ${column} = ${column} + 1`)
    t.equal(outcomeOf(await continueWith(app, fresh, nextCode())), '400 invalid_mfa_token', `${column} (S6)`)
    used -= 1
    await change(`update users set ${column} = ${column} - 1`)
  }
  t.equal(await count('sessions'), sessions)
  t.equal(outcomeOf(await continueWith(app, fresh, nextCode())), '200')
})

onBoth(t, 'without the second factor, a password proves nothing', async (t, database) => {
  const { app, clock, counts, events, mailbox, people, rows } = await buildGuarded(t, database)
  await people('ada')
  const first = await signInFrom(app, home, 'ada')
  const { secret } = await addDevice(app, clock, first.json<SignedIn>().access_token)
  await mailbox.collect(app)
  for (let index = 0; index < 3; index++) await guessFrom(app, abroad, 'ada')
  const before = await counts()

  const response = await signInFrom(app, abroad, 'ada')
  t.equal(response.statusCode, 403)
  t.notMatch(response.json(), { device_token: String })
  t.strictSame(await counts(), before, 'no failure is forgotten')
  const networks = await rows('select network from known_networks')
  t.strictSame(networks, [{ network: home }], 'the place is as unknown as before')
  t.match(await events('mfa_required'), [{ address: abroad, details: { known_location: false } }])

  await signInFrom(app, abroad, 'ada', { scope: 'posts:write' })
  await signInFrom(app, home, 'ada')
  clock.advance(5 * minute - 1)
  t.strictSame(await mailbox.collect(app), [], 'the sign-in may still be finished')
  clock.advance(1)
  const mails = await mailbox.collect(app)
  t.strictSame(
    mails.map(({ subject }) => subject),
    Array(2).fill('Someone entered your Latchkey password'),
    'none about the known place',
  )
  t.match(mails[0], { text: /IP address 198\.51\.100\.9/ })
  const stored = await rows(`select * from outbox where kind like 'sign_in_unfinished:%'`)
  t.equal(stored.length, 2)
  t.notOk(JSON.stringify(stored).includes(abroad), 'no address is stored in plain text')

  const token = (await signInFrom(app, elsewhere, 'ada')).json<{ mfa_token: string }>().mfa_token
  t.equal(outcomeOf(await continueWith(app, token, codeAt(secret, clock.now()))), '200')
  clock.advance(5 * minute)
  t.strictSame(
    (await mailbox.collect(app)).map(({ subject }) => subject),
    ['New sign-in to your Latchkey account'],
    'a finished sign-in causes no such message',
  )

  clock.advance(60 * minute)
  for (const place of [10, 11, 12].map(addressOf)) {
    const own = (await signInFrom(app, place, 'ada')).json<{ mfa_token: string }>().mfa_token
    t.equal(outcomeOf(await continueWith(app, own, codeAt(secret, clock.now()))), '200')
    clock.advance(step)
  }
  await signInFrom(app, addressOf(13), 'ada')
  clock.advance(5 * minute)
  t.match(
    (await mailbox.collect(app)).filter(({ subject }) => /entered your/.test(subject)),
    { length: 1 },
    'sign-ins that the owner has finished do not use up the limit',
  )

  clock.advance(60 * minute)
  const [typist, thief] = [addressOf(1), addressOf(2)]
  for (const place of [typist, thief]) {
    t.equal(
      outcomeOf(await signInFrom(app, place, 'ada', { otp: wrongCodeAt(secret, clock.now()) })),
      '400 invalid_otp',
    )
  }
  clock.advance(step)
  const otp = codeAt(secret, clock.now())
  t.equal(outcomeOf(await signInFrom(app, typist, 'ada', { otp })), '200')
  clock.advance(5 * minute)
  const messages = (await mailbox.collect(app)).filter(({ subject }) => /entered your/.test(subject))
  t.equal(messages.length, 1, 'not about a mistyped code, which the right one has followed')
  t.match(messages[0], { text: new RegExp(thief.replaceAll('.', '\\.')) })
})

/** A user whose codes strangers have locked on unknown networks. */
async function lockedCodes(t: Test, database: DatabaseKind) {
  const built = await buildGuarded(t, database, { ACCOUNT_FAILURES: '12' })
  const { app, clock, mailbox, people } = built
  await people('ada')
  const first = await signInFrom(app, home, 'ada')
  const { secret, recoveryCodes } = await addDevice(app, clock, first.json<SignedIn>().access_token)
  clock.advance(step)
  await mailbox.collect(app)
  const guess = async (place: string) =>
    outcomeOf(await signInFrom(app, place, 'ada', { otp: wrongCodeAt(secret, clock.now()) }))
  for (let index = 0; index < 12; index++) t.equal(await guess(addressOf(index)), '400 invalid_otp')
  const tokenFrom = async (place: string, more: Record<string, string> = {}) =>
    (await signInFrom(app, place, 'ada', more)).json<{ mfa_token: string }>().mfa_token
  const enter = async (place: string, token: string, otp: string) =>
    outcomeOf(
      await app.inject({
        method: 'POST',
        url: '/auth/token',
        remoteAddress: place,
        payload: { grant_type: mfaGrant, mfa_token: token, otp },
      }),
    )
  return { ...built, secret, recoveryCodes, guess, tokenFrom, enter }
}

onBoth(t, 'wrong codes are counted apart from wrong passwords, and delay and lock (T4)', async (t, database) => {
  const { app, clock, enter, events, guess, mailbox, secret, tokenFrom } = await lockedCodes(t, database)
  t.match(await events('account_locked'), [{ details: { factor: 'otp', in_a_row: 12, known_location: false } }])
  const mails = (await mailbox.collect(app))
    .filter(({ subject }) => /codes/i.test(subject))
    .toSorted((one, other) => other.subject.localeCompare(one.subject))
  t.match(mails, [
    { subject: 'Wrong codes for your Latchkey account', text: / 10 times/ },
    { subject: 'Codes are locked for your Latchkey account', text: / 12 times.*haven’t used recently/s },
  ])
  t.equal(mails.length, 2)
  const token = await tokenFrom(home)
  t.equal(await enter(home, token, codeAt(secret, clock.now())), '200', 'the owner signs in where they usually do')

  for (let index = 0; index < 5; index++) t.match(await guess(abroad), /^403/)
  t.equal(await guess(abroad), '429 slow_down')
  t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 403, 'passwords are not delayed')
})

t.test('a reader of the mailbox gets no further codes by resetting the password (T4)', async (t) => {
  const { app, clock, mailbox, secret } = await lockedCodes(t, 'sqlite')
  t.equal(outcomeOf(await resetWith(app, { token: tokenOf(await resetMail(app, mailbox)) })), '204')
  const otp = codeAt(secret, clock.now())
  const enter = async (from: string) => outcomeOf(await signInFrom(app, from, 'ada', { password: newPassword, otp }))
  t.equal(await enter('127.0.0.1'), '403 mfa_required', 'codes are locked where the password was reset')
  t.equal(await enter(elsewhere), '403 mfa_required')
})

t.test('a wrong code is rejected before the requested scopes are checked', async (t) => {
  const { app, clock } = await build(t)
  const { secret } = await enrolled(app, clock, 'ada')
  const wrong = { otp: wrongCodeAt(secret, clock.now()), scope: 'users:write' }
  t.equal(outcomeOf(await signIn(app, 'ada', wrong)), '400 invalid_otp', 'a password alone reveals no scopes')
  const otp = codeAt(secret, clock.now())
  t.equal(outcomeOf(await signIn(app, 'ada', { otp, scope: 'users:write' })), '400 invalid_scope')
  t.equal(outcomeOf(await signIn(app, 'ada', { otp })), '200', 'the code was not used up')
})

onBoth(t, 'of fifty wrong codes at once, only as many are checked as the limits allow (T4)', async (t, database) => {
  const { app, change, clock, counts, people } = await buildGuarded(t, database, { ACCOUNT_FAILURES: '50' })
  await people('ada')
  const { secret } = await addDevice(app, clock, (await signInFrom(app, home, 'ada')).json<SignedIn>().access_token)
  await change('delete from throttles')
  clock.advance(step)
  const fifty = (placeOf: (index: number) => string) => {
    const otp = wrongCodeAt(secret, clock.now())
    return tally(Array.from({ length: 50 }, (_, index) => signInFrom(app, placeOf(index), 'ada', { otp })))
  }
  t.strictSame(await fifty(() => abroad), { 400: 5, 429: 45 }, 'from one network')
  t.strictSame([...new Set(await counts())], [5], 'each stays counted, and no password')
  t.strictSame(await fifty(addressOf), { 400: 45, 403: 5 }, 'from many networks, until codes are locked')
  const otp = codeAt(secret, clock.now())
  t.equal(outcomeOf(await signInFrom(app, elsewhere, 'ada', { otp })), '403 mfa_required')
  t.equal(outcomeOf(await signInFrom(app, home, 'ada', { otp })), '200', 'the code was not used up')
})

onBoth(
  t,
  'three correct codes in a row, with one token, sign the owner in despite the lock (T4)',
  async (t, database) => {
    const { app, clock, enter, secret, tokenFrom } = await lockedCodes(t, database)
    const next = () => {
      clock.advance(step)
      return codeAt(secret, clock.now())
    }
    const answered = await signInFrom(app, elsewhere, 'ada', { otp: next() })
    t.equal(outcomeOf(answered), '403 mfa_required', 'one request cannot have three codes')
    const token = answered.json<{ mfa_token: string }>().mfa_token
    const outcomes = []
    const used = () => codeAt(secret, clock.now())
    const wrong = () => wrongCodeAt(secret, clock.now())
    for (const otp of [used, wrong, next, next]) {
      outcomes.push(await enter(elsewhere, token, otp()))
    }
    t.strictSame(outcomes, Array(4).fill('400 otp_locked'), 'whether they are correct or not; a wrong one starts again')
    t.equal(await enter(abroad, await tokenFrom(abroad), next()), '400 otp_locked', 'another token counts for itself')
    t.equal(await enter(abroad, token, next()), '200')
    t.equal(await enter(abroad, token, next()), '400 invalid_mfa_token')
    t.equal(outcomeOf(await signInFrom(app, addressOf(300), 'ada', { otp: next() })), '200', 'codes are unlocked')
  },
)

onBoth(t, 'a recovery code signs the owner in despite the lock', async (t, database) => {
  const { app, clock, recoveryCodes, secret } = await lockedCodes(t, database)
  t.equal(outcomeOf(await signInFrom(app, elsewhere, 'ada', { otp: recoveryCodes[0] ?? '' })), '200')
  t.equal(outcomeOf(await signInFrom(app, abroad, 'ada', { otp: codeAt(secret, clock.now()) })), '200', 'unlocked')
})

onBoth(t, 'no sign-in with the password alone outlives the first second factor', async (t, database) => {
  const { app, clock, count } = await buildWithSql(t, database)
  await register(app, 'ada')
  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  const { id, secret } = (await asUser(app, token, 'POST', '/totp', { name: 'Phone' })).json()
  const otp = codeAt(secret, clock.now())
  const signIns = Array.from({ length: 20 }, () => signIn(app, 'ada'))
  const outcomes = await Promise.all([
    ...signIns.slice(0, 10),
    asUser(app, token, 'POST', `/totp/${id}/confirm`, { otp }),
    ...signIns.slice(10),
  ])
  t.equal(outcomes[10]?.statusCode, 200)
  t.equal(await count('sessions'), 1)
})
