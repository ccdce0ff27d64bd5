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
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../../support/build.ts'
import { codeOf, tokenOf } from '../../support/mailbox.ts'
import {
  askReset,
  bearer,
  changeAccount,
  changePassword,
  confirmEmail,
  invalidCode,
  newPassword,
  registerVerified,
  resetMail,
  resetWith,
  statusesOf,
  summaryOf,
} from '../../support/recovery.ts'

/** Replaces ASCII digits by those of the script with this zero. */
function inDigitsFrom(zero: string, digits: string) {
  return digits.replace(/\d/g, (digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)))
}

/** A service where ada has requested a password reset. */
async function requestReset(t: Test, database: DatabaseKind) {
  const built = await buildWithSql(t, database)
  await registerVerified(built.app, built.mailbox)
  const mail = await resetMail(built.app, built.mailbox)
  const code = codeOf(mail)
  return { ...built, mail, token: tokenOf(mail), code, wrong: code === '00000000' ? '00000001' : '00000000' }
}

onBoth(t, 'the link is valid for thirty minutes, the code for ten', async (t, database) => {
  const { app, clock, mail, token, code } = await requestReset(t, database)
  const time = (after: number) => new Date(clock.now() + after).toISOString().slice(11, 16)
  t.match(
    mail?.text,
    new RegExp(`code expires at ${time(10 * minute)}( UTC on .*)? and the link at ${time(30 * minute)} UTC on`),
  )
  // A valid proof with a bad password is rejected for the password, and not used up.
  const codesOf = async (proof: object) =>
    (await resetWith(app, { ...proof, new_password: 'ada@example.com' })).json().code
  clock.advance(10 * minute - 1)
  t.equal(await codesOf({ username: 'ada', code }), 'password_too_personal')
  clock.advance(1)
  t.strictSame(summaryOf(await resetWith(app, { username: 'ada', code })), invalidCode)
  clock.advance(20 * minute - 1)
  t.equal(await codesOf({ token }), 'password_too_personal')
  clock.advance(1)
  t.strictSame(summaryOf(await resetWith(app, { token })), invalidCode)
  t.equal((await signIn(app, 'ada')).statusCode, 200, 'the old password still works')
})

onBoth(
  t,
  'a code is accepted with the username or the verified address, as printed or as keyboards spell it (A1)',
  async (t, database) => {
    const { app, clock, mailbox, code: first } = await requestReset(t, database)
    let code = first
    for (const [name, type] of [
      ['ADA', (digits: string) => digits],
      ['Ada@example.com', (digits: string) => ` ${digits.slice(0, 4)} ${digits.slice(4)}`],
      [' ada\u00a0', (digits: string) => inDigitsFrom('０', digits)],
      ['\u200bada@example.com ', (digits: string) => `\u200e${inDigitsFrom('٠', digits)}\n`],
      ['ada', (digits: string) => `${inDigitsFrom('०', digits.slice(0, 4))}\u2013${digits.slice(4)}`],
    ] as const) {
      t.equal((await resetWith(app, { username: name, code: type(code) })).statusCode, 204, name)
      clock.advance(hour)
      await mailbox.collect(app)
      code = codeOf(await resetMail(app, mailbox, name))
    }
  },
)

onBoth(
  t,
  'a code is void after five wrong ones, however many arrive at once, and the link stays valid',
  async (t, database) => {
    const { app, mailbox, rows, token, code, wrong } = await requestReset(t, database)
    const attempts = async () => (await rows('select attempts from one_time_tokens'))[0]?.attempts
    const guess = () => resetWith(app, { username: 'ada', code: wrong })
    t.strictSame(await statusesOf(4, guess), { 400: 4 })
    t.equal(await attempts(), 4)
    t.equal(
      (await resetWith(app, { username: 'ada', code, new_password: 'ada@example.com' })).json().code,
      'password_too_personal',
      'one attempt is left',
    )
    t.strictSame(await statusesOf(40, guess), { 400: 40 })
    t.equal(await attempts(), 5)
    t.strictSame(summaryOf(await resetWith(app, { username: 'ada', code })), invalidCode)

    const again = await resetMail(app, mailbox)
    t.equal(tokenOf(again), token)
    t.not(codeOf(again), code, 'the next message has another code')
    t.equal((await resetWith(app, { token })).statusCode, 204)
  },
)

t.test('the reason why a code is wrong is not revealed', async (t) => {
  const { app, change, code, wrong, clock } = await requestReset(t, 'sqlite')
  await register(app, 'eve', { email: 'eve@example.com' })
  const answers = {
    'a wrong code': { username: 'ada', code: wrong },
    'the code of another user': { username: 'eve', code },
    'an unknown username': { username: 'nobody', code },
    'an unknown address': { username: 'nobody@example.com', code },
    'an unverified address': { username: 'eve@example.com', code },
    'no digits': { username: 'ada', code: 'password' },
    'an incomplete code': { username: 'ada', code: code.slice(0, 7) },
    'an extra digit': { username: 'ada', code: `${code}0` },
    'a code in the token field': { token: code },
  }
  for (const [what, proof] of Object.entries(answers)) {
    t.strictSame(summaryOf(await resetWith(app, proof)), invalidCode, what)
  }
  await change("update users set disabled = 1 where username = 'ada'")
  t.strictSame(summaryOf(await resetWith(app, { username: 'ada', code })), invalidCode, 'a disabled user')
  clock.advance(hour)
  t.strictSame(summaryOf(await resetWith(app, { username: 'ada', code })), invalidCode, 'an expired code')
})

for (const kind of ['link', 'code'] as const) {
  onBoth(t, `one of fifty simultaneous uses of a ${kind} succeeds, and sets its password (S4)`, async (t, database) => {
    const { app, mailbox, token, code } = await requestReset(t, database)
    const proof = kind === 'link' ? { token } : { username: 'ada', code }
    const passwordOf = (index: number) => secretFor(`number ${index}`)
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, index) => resetWith(app, { ...proof, new_password: passwordOf(index) })),
    )
    const winners = responses.flatMap(({ statusCode }, index) => (statusCode === 204 ? [index] : []))
    t.equal(winners.length, 1)
    t.strictSame(responses.filter(({ statusCode }) => statusCode !== 204).map(summaryOf), Array(49).fill(invalidCode))
    const signIns = await Promise.all(responses.map((_, index) => signIn(app, 'ada', { password: passwordOf(index) })))
    t.strictSame(
      signIns.flatMap(({ statusCode }, index) => (statusCode === 200 ? [index] : [])),
      winners,
    )
    t.equal(
      (await mailbox.collect(app)).filter(({ subject }) => subject.includes('was changed')).length,
      1,
      'the owner is notified once',
    )
    for (const late of [{ token }, { username: 'ada', code }]) {
      t.strictSame(summaryOf(await resetWith(app, late)), invalidCode)
    }
  })
}

onBoth(
  t,
  'while a link is valid the next message repeats it without extending it, up to three messages an hour (S5)',
  async (t, database) => {
    const { app, clock, mailbox, token, code } = await requestReset(t, database)
    clock.advance(5 * minute)
    const second = await resetMail(app, mailbox)
    t.strictSame([tokenOf(second), codeOf(second)], [token, code])
    clock.advance(6 * minute)
    t.strictSame(await statusesOf(100, () => askReset(app, 'ada')), { 202: 100 })
    t.strictSame(await mailbox.collect(app), [], 'a link is sent at most twice')
    t.equal(
      (await resetWith(app, { token, new_password: 'ada@example.com' })).json().code,
      'password_too_personal',
      'requests by others do not void it',
    )

    clock.advance(19 * minute)
    t.strictSame(summaryOf(await resetWith(app, { token })), invalidCode)
    const third = await resetMail(app, mailbox)
    t.not(tokenOf(third), token)
    clock.advance(10 * minute)
    t.equal(await resetMail(app, mailbox), undefined, 'the third message was the last in this hour')
    t.equal((await resetWith(app, { token: tokenOf(third) })).statusCode, 204)
  },
)

onBoth(t, 'a hundred simultaneous requests send one link twice (S5)', async (t, database) => {
  const { app, mailbox } = await build(t, { database })
  await registerVerified(app, mailbox)
  await statusesOf(100, (index) => askReset(app, index % 2 === 0 ? 'ada' : 'ada@example.com'))
  const mails = await mailbox.collect(app)
  t.equal(mails.length, 2)
  t.equal(new Set(mails.map(tokenOf)).size, 1)
  t.equal(new Set(mails.map(codeOf)).size, 1)
})

onBoth(t, 'changing the password or the address voids the link and the code (S5)', async (t, database) => {
  const changes = {
    password: (app: Parameters<typeof signIn>[0], token: string) => changePassword(app, token),
    address: (app: Parameters<typeof signIn>[0], token: string) =>
      changeAccount(app, token, { email: null, current_password: secretFor('ada') }),
  }
  for (const [what, change] of Object.entries(changes)) {
    const { app, token, code } = await requestReset(t, database)
    t.equal((await change(app, (await signIn(app, 'ada')).json<TokenResponse>().access_token)).statusCode, 200)
    for (const proof of [{ token }, { username: 'ada', code }]) {
      t.strictSame(summaryOf(await resetWith(app, { ...proof, new_password: secretFor('late') })), invalidCode, what)
    }
    t.equal((await signIn(app, 'ada', { password: secretFor('late') })).statusCode, 401, what)
  }
})

onBoth(t, 'a user disabled after the message was sent cannot reset (S6)', async (t, database) => {
  const { app, change, mailbox, token, code } = await requestReset(t, database)
  await change('update users set disabled = 1')
  for (const proof of [{ token }, { username: 'ada', code }]) {
    t.strictSame(summaryOf(await resetWith(app, proof)), invalidCode)
  }
  t.equal(await resetMail(app, mailbox), undefined)
  await change('update users set disabled = 0')
  t.equal((await signIn(app, 'ada', { password: newPassword })).statusCode, 401)
  t.equal((await resetWith(app, { token })).statusCode, 204, 'until they are enabled again')
})

onBoth(
  t,
  'a reset ends every session, voids the pending address and its code, and notifies the owner',
  async (t, database) => {
    const { app, count, mailbox, token } = await requestReset(t, database)
    const devices = [(await signIn(app, 'ada')).json<TokenResponse>(), (await signIn(app, 'ada')).json<TokenResponse>()]
    t.match(
      (
        await changeAccount(app, devices[0]!.access_token, {
          email: 'new@example.com',
          current_password: secretFor('ada'),
        })
      ).json(),
      { pending_email: 'new@example.com' },
    )
    const [claim] = await mailbox.collect(app)
    t.equal(claim?.to, 'new@example.com')

    t.equal((await resetWith(app, { token })).statusCode, 204)
    t.strictSame([await count('sessions'), await count('one_time_tokens')], [0, 0])
    for (const { access_token: access, refresh_token: refreshToken } of devices) {
      t.equal((await getMe(app, access)).statusCode, 401)
      t.equal((await refresh(app, refreshToken)).statusCode, 400)
    }
    const { access_token: access } = (await signIn(app, 'ada', { password: newPassword })).json<TokenResponse>()
    t.match((await getMe(app, access)).json(), { email: 'ada@example.com', email_verified: true, pending_email: null })
    t.strictSame(summaryOf(await confirmEmail(app, { token: tokenOf(claim) }, bearer(access))), invalidCode)
    t.match(await mailbox.collect(app), [
      {
        to: 'ada@example.com',
        subject: 'Your Latchkey password was changed',
        text: 'http://localhost:3000/auth/reset-password',
      },
    ])
  },
)
