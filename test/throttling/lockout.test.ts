import t from 'tap'
import { minute, onBoth, secretFor } from '../support/build.ts'
import { codeOf, tokenOf } from '../support/mailbox.ts'
import { askReset, newPassword, resetWith } from '../support/recovery.ts'
import {
  abroad,
  addressOf,
  buildGuarded,
  elsewhere,
  guess,
  guessFrom,
  home,
  lockOut,
  signInFrom,
  tally,
  watchHashes,
  type SignedIn,
} from '../support/throttling.ts'

const hundredIndexes = Array.from({ length: 100 }, (_, index) => index)

// Rejected attempts are not counted, so ten thousand a day would leave no more behind than these.
t.test(
  'more than a thousand wrong passwords from one network do not lock out an owner on a ' +
    'known network or with a known device (S12)',
  async (t) => {
    // On a busy machine, a thousand attempts at once would be rejected as too many, before they are counted.
    const environment = { LOG_LEVEL: 'warn', HASH_QUEUE_MS: '60000' }
    const { app, clock, counts, people } = await buildGuarded(t, 'sqlite', environment)
    await people('ada')
    const { device_token: deviceToken } = (await signInFrom(app, home, 'ada')).json<SignedIn>()
    // For a day at full speed: after every delay one attempt is checked.
    t.strictSame(await tally(Array.from({ length: 1000 }, () => guessFrom(app, abroad, 'ada'))), { 401: 5, 429: 995 })
    for (let round = 0; round < 100; round++) {
      clock.advance(15 * minute)
      t.strictSame(await tally([guessFrom(app, abroad, 'ada'), guessFrom(app, abroad, 'ada')]), { 401: 1, 429: 1 })
    }
    t.strictSame((await counts()).slice(-3), [105, 105, 105], 'more than a hundred')
    t.equal((await signInFrom(app, elsewhere, 'ada')).statusCode, 401, 'locked on unknown networks')
    t.equal((await signInFrom(app, home, 'ada')).statusCode, 200)
    t.equal((await signInFrom(app, elsewhere, 'ada', { device_token: deviceToken })).statusCode, 200)
    t.equal((await signInFrom(app, elsewhere, 'ada')).statusCode, 200, 'the network is known now')
  },
)

onBoth(
  t,
  'after a hundred wrong passwords from unknown networks, the right one gets the same response as another ' +
    'wrong one, until a reset',
  async (t, database) => {
    const built = await buildGuarded(t, database)
    const { app, events, mailbox, people } = built
    await people('ada', 'grace')
    await signInFrom(app, home, 'ada')
    await tally(hundredIndexes.slice(1).map((index) => guessFrom(app, addressOf(index), 'ada')))
    t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 200, 'ninety-nine are cleared by a valid sign-in')
    await lockOut(app, 'ada')

    const hashes = watchHashes(t)
    const [valid, wrong] = [await signInFrom(app, elsewhere, 'ada'), await guessFrom(app, elsewhere, 'ada')]
    t.equal(hashes.begun(), 2)
    const { date, ...headers } = wrong.headers
    t.match(valid, { statusCode: 401, body: wrong.body, headers })
    t.match((await events('sign_in_failed')).slice(-2), [
      { details: { reason: 'locked' } },
      { details: { reason: 'wrong' } },
    ])
    t.match(await events('account_locked'), [{ outcome: 'failure', details: { in_a_row: 100 } }])
    for (const network of [home, abroad]) {
      t.equal((await signInFrom(app, network, 'ada')).statusCode, 200, `known: ${network}`)
    }
    t.equal((await signInFrom(app, elsewhere, 'ada')).statusCode, 401, 'a valid sign-in elsewhere does not unlock it')
    t.equal((await signInFrom(app, elsewhere, 'grace')).statusCode, 200, 'other users are unaffected')

    await mailbox.collect(app)
    await askReset(app, 'ada')
    const [mail] = await mailbox.collect(app)
    t.equal((await resetWith(app, { username: 'ada', code: codeOf(mail) })).statusCode, 204)
    t.equal((await signInFrom(app, elsewhere, 'ada', { password: newPassword })).statusCode, 200)
  },
)

t.test(
  'a lock on unknown networks does not affect known ones, nor a lock on a known network others: ' +
    'each location has its own',
  async (t) => {
    const { app, clock, counts, mailbox, people } = await buildGuarded(t, 'sqlite', { ACCOUNT_FAILURES: '10' })
    await people('ada')
    const { device_token: deviceToken } = (await signInFrom(app, home, 'ada')).json<SignedIn>()
    for (let time = 0; time < 10; time++) {
      t.equal((await guessFrom(app, home, 'ada')).statusCode, 401)
      t.equal((await guessFrom(app, abroad, 'ada', { device_token: deviceToken })).statusCode, 401)
      clock.advance(15 * minute)
    }
    t.equal((await signInFrom(app, home, 'ada')).statusCode, 401, 'at home')
    t.equal((await signInFrom(app, abroad, 'ada', { device_token: deviceToken })).statusCode, 401, 'with the device')
    t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 200, 'without the device')
    clock.advance(15 * minute)
    t.strictSame(await guess(app, elsewhere, 'ada', 5), [401, 401, 401, 401, 401])
    t.strictSame(
      (await counts()).filter((count) => count > 10),
      Array(5).fill(11),
      'at home by name, network and consecutively; with the device separately and consecutively',
    )

    await mailbox.collect(app)
    await askReset(app, 'ada')
    const [mail] = await mailbox.collect(app)
    t.equal((await resetWith(app, { token: tokenOf(mail) })).statusCode, 204)
    t.equal((await signInFrom(app, home, 'ada', { password: newPassword })).statusCode, 200)
  },
)

t.test('further attempts on a locked account gain nothing, and the right password is verified no sooner', async (t) => {
  const { app, clock, people } = await buildGuarded(t, 'sqlite', { ACCOUNT_FAILURES: '10' })
  await people('ada')
  await tally(hundredIndexes.slice(90).map((index) => guessFrom(app, addressOf(index), 'ada')))
  for (let times = 0; times < 30; times++) {
    clock.advance(24 * 60 * minute)
    await app.latchkey.housekeep()
    t.equal((await signInFrom(app, abroad, 'ada')).statusCode, 401, 'however long the user waits')
  }
  t.equal((await signInFrom(app, abroad, 'ada', { password: secretFor('wrong') })).statusCode, 401)
})
