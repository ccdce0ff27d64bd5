import t from 'tap'
import { day, hour, onBoth, second } from '../support/build.ts'
import {
  abroad,
  buildGuarded,
  guess,
  guessFrom,
  home,
  signInFrom,
  slowDown,
  tally,
  waitOf,
  watchHashes,
} from '../support/throttling.ts'

const hundredIndexes = Array.from({ length: 100 }, (_, index) => index)

onBoth(t, 'of a hundred simultaneous wrong passwords five are checked and counted (S7)', async (t, database) => {
  const { app, counts, events, people } = await buildGuarded(t, database)
  await people('ada')
  for (const name of ['ada', 'nobody']) {
    const before = await events('sign_in_failed')
    const hashes = watchHashes(t)
    const responses = await Promise.all(hundredIndexes.map(() => guessFrom(app, name === 'ada' ? home : abroad, name)))
    t.equal(hashes.begun(), 5)
    t.strictSame(await tally(responses.map(async (response) => response)), { 401: 5, 429: 95 })
    for (const response of responses.filter(({ statusCode }) => statusCode === 429)) {
      t.strictSame(waitOf(response), slowDown(1))
    }
    t.equal((await events('sign_in_failed')).length - before.length, 5)
  }
  t.strictSame(
    await counts(),
    Array(10).fill(5),
    'for each name: name with network, name with surroundings, network, surroundings, account',
  )
})

t.test('after five failures each attempt is delayed, from one second doubling to fifteen minutes', async (t) => {
  const { app, clock, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  t.strictSame(await guess(app, home, 'ada', 5), [401, 401, 401, 401, 401])
  for (const delay of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]) {
    t.strictSame(waitOf(await guessFrom(app, home, 'ada')), slowDown(delay))
    clock.advance(delay * second - 1)
    t.strictSame(waitOf(await signInFrom(app, home, 'ada')), slowDown(1), 'even with the right password')
    clock.advance(1)
    t.equal((await guessFrom(app, home, 'ada')).statusCode, 401, `after ${delay} s`)
  }
  t.strictSame((await signInFrom(app, abroad, 'ada')).statusCode, 200, 'other networks are not delayed')
})

onBoth(t, 'failures are cleared after a day without attempts, and not before', async (t, database) => {
  const { app, clock, counts, people } = await buildGuarded(t, database)
  await people('ada')
  await guess(app, home, 'ada', 5)
  clock.advance(day - 1)
  t.strictSame(await guess(app, home, 'ada', 2), [401, 429])
  clock.advance(day)
  t.strictSame(await guess(app, home, 'ada', 6), [401, 401, 401, 401, 401, 429])
  clock.advance(day)
  await app.latchkey.housekeep()
  t.strictSame(await counts(), [11], 'except consecutive failures')
})

onBoth(
  t,
  'a right password within the limits succeeds, and clears the failures of the account',
  async (t, database) => {
    const { app, clock, counts, people } = await buildGuarded(t, database)
    await people('ada')
    for (let round = 0; round < 3; round++) {
      t.strictSame(await guess(app, home, 'ada', 4), [401, 401, 401, 401])
      t.equal((await signInFrom(app, home, 'ada')).statusCode, 200)
    }
    t.equal((await signInFrom(app, home, 'ada')).statusCode, 200)
    t.strictSame(
      await counts(),
      [4, 4, 12],
      'failures of the network are kept, otherwise an attacker could clear them with their own account',
    )
    t.strictSame(await guess(app, home, 'ada', 7), [401, 401, 401, 401, 401, 429, 429])
    clock.advance(second)
    t.equal((await signInFrom(app, home, 'ada')).statusCode, 200, 'also after a delay')
    t.strictSame(await guess(app, home, 'ada', 6), [401, 401, 401, 401, 401, 429])
  },
)

onBoth(t, 'of fifty simultaneous right passwords some have to wait, and none is counted', async (t, database) => {
  const { app, counts, events, people } = await buildGuarded(t, database)
  await people('ada')
  const {
    200: succeeded = 0,
    429: waiting = 0,
    ...others
  } = await tally(hundredIndexes.slice(50).map(() => signInFrom(app, home, 'ada')))
  t.strictSame(others, {})
  t.ok(succeeded >= 5)
  t.equal(succeeded + waiting, 50)
  t.strictSame(await counts(), [])
  t.equal((await events('signed_in')).length, succeeded)
  t.equal((await events('sign_in_throttled')).length, waiting)
  t.strictSame(await events('sign_in_failed'), [])
})

t.test(
  'a name counts as the same in any case and with any invisible ends (A1), an e-mail address as another',
  async (t) => {
    const { app, people } = await buildGuarded(t, 'sqlite')
    await people('ada')
    const names = ['ada', 'ADA', 'ａｄａ', ' ada', '\u200bAda ']
    for (const name of names) t.equal((await guessFrom(app, home, name)).statusCode, 401)
    for (const name of names) t.equal((await guessFrom(app, home, name)).statusCode, 429)
    t.equal((await guessFrom(app, home, 'ada@example.com')).statusCode, 401)
  },
)

t.test(
  'setting the clock back or ahead, by an hour or by seconds, neither prolongs a delay nor allows more',
  async (t) => {
    const { app, clock, counts, people } = await buildGuarded(t, 'sqlite')
    for (const [index, { setBackMs, delayMs }] of [
      { setBackMs: hour, delayMs: 0 },
      { setBackMs: 40 * second, delayMs: 0 },
      { setBackMs: 25 * second, delayMs: 26 * second },
      { setBackMs: -hour, delayMs: 0 },
    ].entries()) {
      const name = `ada ${index}`
      await people(name)
      await guess(app, home, name, 5)
      clock.advance(-setBackMs)
      if (delayMs > 0) {
        clock.advance(delayMs - 1)
        t.strictSame(await guess(app, home, name, 1), [429], 'the clocks of instances may differ by seconds')
        clock.advance(1)
      }
      t.strictSame(await guess(app, home, name, 3), [401, 429, 429], `${setBackMs} ms back`)
      t.strictSame(await counts(), Array(5).fill(6))
      // The hourly limit of a network is paced: a hundredth of an hour allows one more.
      clock.advance(36 * second)
      t.strictSame(await guess(app, home, name, 2), [401, 429], 'the delay continues to grow')
      clock.advance(Math.abs(setBackMs))
      t.strictSame(await guess(app, home, name, 2), [401, 429], 'also after the clock is corrected')
    }
  },
)
