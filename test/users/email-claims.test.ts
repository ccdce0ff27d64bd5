import t from 'tap'
import { build, getMe, onBoth, register, secretFor, signIn } from '../support/build.ts'
import { readableOf, tokenOf } from '../support/mailbox.ts'
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

onBoth(t, 'registering with another person’s address gains nothing (S15)', async (t, database) => {
  const built = await build(t, { database })
  const { app, mailbox } = built
  const trap = await claimed(built, 'mallory', 'ada@example.com')
  t.match([trap.mail.to, trap.mail.text], ['ada@example.com', 'your Latchkey account.'])
  const mallory = await sessionOf(app, 'mallory')
  const assertUnverified = async () => t.equal((await getMe(app, mallory)).json().email_verified, false)

  // Ada opens the link without a session, with and without her password.
  t.equal(outcomeOf(await confirmEmail(app, { token: trap.token })), '400 invalid_request')
  t.equal(
    outcomeOf(await confirmEmail(app, { token: trap.token, current_password: secretFor('ada') })),
    '400 wrong_password',
  )
  await assertUnverified()

  // She creates an account of her own and verifies the address.
  const own = await claimed(built, 'ada', 'ada@example.com')
  t.equal(outcomeOf(await confirmEmail(app, { token: trap.token }, await sessionOf(app, 'ada'))), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { token: own.token, current_password: secretFor('ada') })), '204')

  // Mallory obtains the message after all, or requests another, but the address is taken.
  for (const payload of [{ token: trap.token }, { code: trap.code }, { token: trap.token }]) {
    t.equal(outcomeOf(await confirmEmail(app, payload, mallory)), '409 email_taken')
  }
  await assertUnverified()
  t.strictSame(await mailbox.collect(app), [])
  for (let index = 0; index < 5; index++) await askVerification(app, { username: 'mallory' })
  const notices = await mailbox.collect(app)
  t.strictSame(
    notices.map(({ to, subject }) => [to, subject]),
    Array(3).fill(['ada@example.com', 'Your e-mail address was used for another Latchkey account']),
  )
  for (const text of [notices[0]?.text, readableOf(notices[0])]) {
    t.match(text, 'Hello ada')
    t.notMatch(text, 'mallory')
  }
  t.strictSame([...new Set(notices.map(tokenOf))], [''])

  // A reset by the address is Ada's. Mallory's account is found only by its username, and the reset verifies nothing.
  await askReset(app, 'ada@example.com')
  t.match((await nextProof(built)).mail.text, 'account “ada”')
  await askReset(app, 'mallory')
  const reset = await nextProof(built)
  t.equal(reset.mail.to, 'ada@example.com')
  t.equal(outcomeOf(await resetPassword(app, { token: reset.token })), '204')
  const { access_token: after } = (await signIn(app, 'mallory', { password: secretFor('another') })).json()
  t.match((await getMe(app, after)).json(), { email: 'ada@example.com', email_verified: false })
  t.equal((await signIn(app, 'ada@example.com', { password: secretFor('ada') })).json().scope, 'account')
})

onBoth(
  t,
  'a registration with a taken address gets the same response as any other, and the owner is notified (P1)',
  async (t, database) => {
    const built = await build(t, { database })
    const { app, mailbox } = built
    await verified(built, 'ada', 'Ada@Example.com')
    const shapeOf = ({ statusCode, headers, body }: Awaited<ReturnType<typeof register>>) => {
      const { id, username, email, ...user } = JSON.parse(body)
      const { date, ...others } = headers
      return { statusCode, headers: others, user }
    }
    const known = await register(app, 'one', { email: 'aDa@EXAMPLE.com' })
    const unknown = await register(app, 'two', { email: 'bob@example.org' })
    t.equal(known.statusCode, 201)
    t.strictSame(shapeOf(known), shapeOf(unknown))
    const mails = await mailbox.collect(app)
    t.strictSame(
      mails.map(({ to }) => to).toSorted(),
      ['Ada@Example.com', 'bob@example.org'],
      'in the verified spelling',
    )

    const [one, two] = [await sessionOf(app, 'one'), await sessionOf(app, 'two')]
    const change = (session: string, username: string, email: string) =>
      changeAccount(app, session, { email, current_password: secretFor(username) })
    t.strictSame(
      shapeOf(await change(one, 'one', 'ada@example.COM')),
      shapeOf(await change(two, 'two', 'eve@example.org')),
    )
    t.match(
      (await mailbox.collect(app))
        .map(({ to }) => to)
        .toSorted()
        .at(0),
      'Ada@Example.com',
    )
  },
)

onBoth(t, 'an address is case-insensitive, and messages are sent to it as typed', async (t, database) => {
  const built = await build(t, { database })
  const { app } = built
  await verified(built, 'ada', 'ADA@Example.COM')
  for (const username of ['ada@example.com', 'ADA@EXAMPLE.COM', 'Ada@Example.com']) {
    t.equal((await signIn(app, username, { password: secretFor('ada') })).statusCode, 200, username)
    await askReset(app, username)
  }
  const resets = await built.mailbox.collect(app)
  t.strictSame([...new Set(resets.map(({ to }) => to))], ['ADA@Example.COM'])

  await register(app, 'eve', { email: 'Ada@example.com' })
  t.match(await built.mailbox.collect(app), [
    { to: 'ADA@Example.COM', subject: 'Your e-mail address was used for another Latchkey account' },
  ])
  t.equal((await signIn(app, 'Ada@example.com', { password: secretFor('eve') })).statusCode, 401)
})

onBoth(
  t,
  'an address with letters that merely fold to those of another is a different mailbox and is verified itself',
  async (t, database) => {
    const built = await build(t, { database })
    const { app } = built
    const pairs: Array<[mallorys: string, others: string]> = [
      ['mail@faß.example', 'mail@fass.example'],
      ['mıke@example.com', 'mike@example.com'],
      ['a\u212aa@example.com', 'aka@example.com'],
      ['ﬁona@example.com', 'fiona@example.com'],
    ]
    for (const [index, [mallorys, others]] of pairs.entries()) {
      const username = `mallory ${index}`
      await verified(built, username, mallorys)
      const session = await sessionOf(app, username)
      const { token: reset } = await askReset(app, username).then(() => nextProof(built))
      const changed = await changeAccount(app, session, { email: others, current_password: secretFor(username) })
      t.match(changed.json(), { email: mallorys, email_verified: true, pending_email: others })
      const { mail, token } = await nextProof(built)
      t.equal(mail.to, others, 'the message goes to the new address')
      t.equal(outcomeOf(await confirmEmail(app, { token }, session)), '204')
      t.match((await getMe(app, session)).json(), { email: others, email_verified: true, pending_email: null })
      t.match(await built.mailbox.collect(app), [{ to: mallorys, subject: 'Your Latchkey e-mail address was changed' }])
      t.equal(
        outcomeOf(await resetPassword(app, { token: reset })),
        '400 invalid_code',
        'a token mailed to the previous address is invalid',
      )

      const unverified = `eve ${index}`
      await register(app, unverified, { email: mallorys.replace('@', '+eve@') })
      await askReset(app, unverified)
      const mailed = (await built.mailbox.collect(app)).map(tokenOf).find((token) => token.startsWith('pr_'))
      await changeAccount(app, await sessionOf(app, unverified), {
        email: others.replace('@', '+eve@'),
        current_password: secretFor(unverified),
      })
      t.equal(
        outcomeOf(await resetPassword(app, { token: mailed })),
        '400 invalid_code',
        'it verifies no other address',
      )
      await built.mailbox.collect(app)
    }
  },
)
