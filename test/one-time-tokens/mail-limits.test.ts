import t from 'tap'
import { build, hour, minute, onBoth, register, secretFor } from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import {
  askReset,
  askVerification,
  changeAccount,
  claimed,
  confirmEmail,
  nextProof,
  outcomeOf,
  sessionOf,
} from '../support/verification.ts'

t.test('a valid link is sent once more with its code, and its lifetime is not extended (S5)', async (t) => {
  const built = await build(t)
  const { app, clock, mailbox } = built
  const first = await claimed(built, 'ada', 'ada@example.com')
  clock.advance(9 * minute)
  await askVerification(app, { username: 'ADA' })
  const second = await nextProof(built)
  t.strictSame([second.token, second.code], [first.token, first.code])
  const untilOf = (text: string) => /the link at .+ Each works once/m.exec(text)?.[0]
  t.type(untilOf(first.mail.text), 'string')
  t.equal(untilOf(second.mail.text), untilOf(first.mail.text))

  clock.advance(minute)
  t.equal(
    outcomeOf(await confirmEmail(app, { code: second.code, username: 'ada', current_password: secretFor('ada') })),
    '400 invalid_code',
  )
  for (const username of ['ada', 'ada@example.com', 'ada']) await askVerification(app, { username })
  t.strictSame(await mailbox.collect(app), [], 'not a third time within the hour')
  clock.advance(24 * hour - 10 * minute - 1)
  t.equal(outcomeOf(await confirmEmail(app, { token: second.token, current_password: secretFor('ada') })), '204')
})

onBoth(t, 'at most three messages are sent in any hour, for all callers together (S5)', async (t, database) => {
  const built = await build(t, { database })
  const { app, clock, mailbox } = built
  const { token } = await claimed(built, 'ada', 'ada@example.com')
  const sent = [{ at: clock.now(), token }]
  for (let step = 1; step < 26 * 4; step++) {
    clock.advance(15 * minute)
    for (const username of ['ada', 'ada@example.com']) await askVerification(app, { username })
    for (const mail of await mailbox.collect(app)) sent.push({ at: clock.now(), token: tokenOf(mail) })
  }
  t.strictSame(overHourlyLimit(sent), [])
  t.ok(sent.length > 26, 'messages are sent in every hour')
  const tokens = sent.map(({ token }) => token)
  t.equal(new Set(tokens).size, 2)
  const renewed = sent[tokens.lastIndexOf(token) + 1]
  t.equal((renewed?.at ?? 0) - (sent[0]?.at ?? 0), 24 * hour, 'a new link when the first expires, and not earlier')
})

t.test('a new link is mailed however often the previous one was repeated (S5)', async (t) => {
  const built = await build(t)
  const { app, clock, mailbox } = built
  const previous = await claimed(built, 'ada', 'wrong@example.com')
  for (const username of ['ada', 'ada', 'wrong@example.com']) await askVerification(app, { username })
  await mailbox.collect(app)
  const session = await sessionOf(app, 'ada')
  await changeAccount(app, session, { email: 'ada@example.com', current_password: secretFor('ada') })
  const mails = await mailbox.collect(app)
  const link = mails.find(({ to }) => to === 'ada@example.com')
  t.equal(outcomeOf(await confirmEmail(app, { token: previous.token }, session)), '400 invalid_code')
  t.equal(outcomeOf(await confirmEmail(app, { token: tokenOf(link) }, session)), '204')

  const sent: Array<{ at: number; token: string }> = []
  for (let step = 0; step < 20; step++) {
    for (const username of ['ada', 'ada@example.com', 'ada']) await askReset(app, username)
    for (const mail of await mailbox.collect(app)) sent.push({ at: clock.now(), token: tokenOf(mail) })
    clock.advance(10 * minute)
  }
  t.strictSame(overHourlyLimit(sent), [])
  const starts = [...new Map(sent.toReversed().map(({ at, token }) => [token, at])).values()].toSorted()
  t.strictSame(
    starts.map((at) => at - (starts[0] ?? 0)),
    starts.map((_, index) => index * 30 * minute),
    'a new link as soon as the previous one expires',
  )
  t.equal(starts.length, 7)
})

onBoth(
  t,
  'an unverified address gets at most ten links an hour, from any number of accounts and with any tag',
  async (t, database) => {
    const built = await build(t, { database })
    const { app, clock, mailbox } = built
    for (let index = 0; index < 12; index++) {
      await register(app, `user ${index}`, {
        email: ['ada@example.com', 'ADA@EXAMPLE.COM', `ada+${index}@example.com`][index % 3],
      })
    }
    t.equal((await mailbox.collect(app)).length, 10)
    await register(app, 'eve', { email: 'eve@example.com' })
    t.equal((await mailbox.collect(app)).length, 1, 'other addresses get their messages')
    clock.advance(hour - 1)
    await askVerification(app, { username: 'user 11' })
    t.equal((await mailbox.collect(app)).length, 0)
    clock.advance(1)
    await askVerification(app, { username: 'user 11' })
    t.match(await mailbox.collect(app), [{ to: 'ada+11@example.com' }])
  },
)

/** The messages that were the fourth within an hour. */
function overHourlyLimit(sent: Array<{ at: number }>) {
  return sent.filter(({ at }, index) => index >= 3 && at - (sent[index - 3]?.at ?? 0) < hour)
}
