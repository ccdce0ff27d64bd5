import t from 'tap'
import { minute, onBoth, register } from '../support/build.ts'
import { abroad, addressOf, buildGuarded, elsewhere, guessFrom, home, signInFrom } from '../support/throttling.ts'

onBoth(
  t,
  'accounts registered with another person’s address do not use up the owner’s notifications',
  async (t, database) => {
    const { app, mailbox, people } = await buildGuarded(t, database)
    await people('ada')
    await signInFrom(app, home, 'ada')
    for (let index = 0; index < 4; index++) {
      await register(app, `eve ${index}`, { email: 'ada@example.com' })
      for (const network of [home, elsewhere]) await signInFrom(app, network, `eve ${index}`)
      for (let time = 0; time < 10; time++) await guessFrom(app, addressOf(time), `eve ${index}`)
    }
    const subjectsFor = async (username: string) =>
      (await mailbox.collect(app)).filter(({ text }) => text.includes(`“${username}”`)).map(({ subject }) => subject)
    t.strictSame(
      new Set(await subjectsFor('ada')),
      new Set(['Your e-mail address was used for another Latchkey account']),
    )

    await signInFrom(app, abroad, 'ada')
    for (let time = 0; time < 10; time++) await guessFrom(app, addressOf(time), 'ada')
    t.strictSame((await subjectsFor('ada')).toSorted(), [
      'Failed sign-ins to your Latchkey account',
      'New sign-in to your Latchkey account',
    ])
  },
)

t.test(
  'when a known network is locked because of failures there, the owner is notified that it ' + 'is locked there only',
  async (t) => {
    const { app, clock, events, mailbox, people } = await buildGuarded(t, 'sqlite', { ACCOUNT_FAILURES: '10' })
    await people('ada')
    await signInFrom(app, home, 'ada')
    await mailbox.collect(app)
    for (let time = 0; time < 10; time++) {
      await guessFrom(app, home, 'ada')
      clock.advance(15 * minute)
    }
    const mails = await mailbox.collect(app)
    t.strictSame(
      mails.map(({ subject }) => subject),
      ['Your Latchkey account is locked on one of your devices or networks'],
    )
    t.ok(mails.some(({ text }) => text.includes('You can still sign in everywhere else')))
    t.match(await events('account_locked'), [{ details: { in_a_row: 10, known_location: true } }])
    t.equal((await signInFrom(app, elsewhere, 'ada')).statusCode, 200)
  },
)

onBoth(
  t,
  'an account locked by a low limit causes an event, and a message if it has an address (C5)',
  async (t, database) => {
    const { app, events, mailbox, people } = await buildGuarded(t, database, { ACCOUNT_FAILURES: '5' })
    await people('ada')
    await register(app, 'grace')
    await mailbox.collect(app)
    for (const username of ['ada', 'grace']) {
      for (let index = 0; index < 7; index++) await guessFrom(app, addressOf(index), username)
    }
    t.match(await events('account_locked'), Array(2).fill({ details: { in_a_row: 5, known_location: false } }))
    t.equal((await events('account_locked')).length, 2)
    t.match(await mailbox.collect(app), [{ to: 'ada@example.com' }])
  },
)

t.test('beyond the recorded failures, an unknown name still costs the writing of one (X5)', async (t) => {
  const { app, change, events, rows } = await buildGuarded(t, 'sqlite')
  await change('create table removed (id text)')
  await change('create trigger remover after delete on events begin insert into removed values (old.id); end')
  for (let index = 0; index < 60; index++) await guessFrom(app, addressOf(index), `unknown ${index}`)
  t.equal((await events('sign_in_failed')).length, 60)
  t.strictSame(await rows('select * from removed'), [])
  t.equal((await guessFrom(app, home, 'unknown')).statusCode, 401)
  t.equal((await events('sign_in_failed')).length, 60)
  t.equal((await rows('select * from removed')).length, 1, 'an event was written and removed')
})
