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

const hundred = Array.from({ length: 100 }, (_, index) => index)

onBoth(
  t,
  'of a hundred wrong passwords at once five are looked at, and just these are counted (S7)',
  async (t, database) => {
    const { app, counts, events, people } = await buildGuarded(t, database)
    await people('ada')
    for (const name of ['ada', 'nobody']) {
      const before = await events('sign_in_failed')
      const hashes = watchHashes(t)
      const answers = await Promise.all(hundred.map(() => guessFrom(app, name === 'ada' ? home : abroad, name)))
      t.equal(hashes.begun(), 5)
      t.strictSame(await tally(answers.map(async (answer) => answer)), { 401: 5, 429: 95 })
      for (const answer of answers.filter(({ statusCode }) => statusCode === 429)) {
        t.strictSame(waitOf(answer), slowDown(1))
      }
      t.equal((await events('sign_in_failed')).length - before.length, 5)
    }
    t.strictSame(
      await counts(),
      Array(10).fill(5),
      'of each name: with its network and the one around it, these two, and the account',
    )
  },
)

t.test(
  'five are free; then there is a pause before each, of a second, two, four and so on to a quarter of an hour',
  async (t) => {
    const { app, clock, people } = await buildGuarded(t, 'sqlite')
    await people('ada')
    t.strictSame(await guess(app, home, 'ada', 5), [401, 401, 401, 401, 401])
    for (const pause of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]) {
      t.strictSame(waitOf(await guessFrom(app, home, 'ada')), slowDown(pause))
      clock.advance(pause * second - 1)
      t.strictSame(waitOf(await signInFrom(app, home, 'ada')), slowDown(1), 'not with the right one either')
      clock.advance(1)
      t.equal((await guessFrom(app, home, 'ada')).statusCode, 401, `after ${pause} s`)
    }
    t.strictSame((await signInFrom(app, abroad, 'ada')).statusCode, 200, 'elsewhere there is none')
  },
)

onBoth(t, 'all is forgotten after a quiet day, and not before', async (t, database) => {
  const { app, clock, counts, people } = await buildGuarded(t, database)
  await people('ada')
  await guess(app, home, 'ada', 5)
  clock.advance(day - 1)
  t.strictSame(await guess(app, home, 'ada', 2), [401, 429])
  clock.advance(day)
  t.strictSame(await guess(app, home, 'ada', 6), [401, 401, 401, 401, 401, 429])
  clock.advance(day)
  await app.latchkey.housekeep()
  t.strictSame(await counts(), [11], 'but for how many there were in a row')
})

onBoth(
  t,
  'a right password within what is allowed is let in, and what was wrong before is forgotten',
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
      'but not what counts against the network: otherwise one’s own account would pay for guesses at others',
    )
    t.strictSame(await guess(app, home, 'ada', 7), [401, 401, 401, 401, 401, 429, 429])
    clock.advance(second)
    t.equal((await signInFrom(app, home, 'ada')).statusCode, 200, 'after a pause, too')
    t.strictSame(await guess(app, home, 'ada', 6), [401, 401, 401, 401, 401, 429])
  },
)

onBoth(t, 'of fifty right passwords at once some have to wait, and none is counted', async (t, database) => {
  const { app, counts, events, people } = await buildGuarded(t, database)
  await people('ada')
  const {
    200: right = 0,
    429: waiting = 0,
    ...others
  } = await tally(hundred.slice(50).map(() => signInFrom(app, home, 'ada')))
  t.strictSame(others, {})
  t.ok(right >= 5)
  t.equal(right + waiting, 50)
  t.strictSame(await counts(), [])
  t.equal((await events('signed_in')).length, right)
  t.equal((await events('sign_in_throttled')).length, waiting)
  t.strictSame(await events('sign_in_failed'), [])
})

t.test('a name is the same in capitals and with any ends (A1), and an e-mail is a name of its own', async (t) => {
  const { app, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  const names = ['ada', 'ADA', 'ａｄａ', ' ada', '\u200bAda ']
  for (const name of names) t.equal((await guessFrom(app, home, name)).statusCode, 401)
  for (const name of names) t.equal((await guessFrom(app, home, name)).statusCode, 429)
  t.equal((await guessFrom(app, home, 'ada@example.com')).statusCode, 401)
})

t.test(
  'a clock that is set back or ahead, by an hour or by seconds, lengthens no pause and multiplies nothing',
  async (t) => {
    const { app, clock, counts, people } = await buildGuarded(t, 'sqlite')
    for (const [index, { back, opens }] of [
      { back: hour, opens: 0 },
      { back: 20 * second, opens: 0 },
      { back: 5 * second, opens: 6 * second },
      { back: -hour, opens: 0 },
    ].entries()) {
      const name = `ada ${index}`
      await people(name)
      await guess(app, home, name, 5)
      clock.advance(-back)
      if (opens > 0) {
        clock.advance(opens - 1)
        t.strictSame(await guess(app, home, name, 1), [429], 'instances may differ by seconds')
        clock.advance(1)
      }
      t.strictSame(await guess(app, home, name, 3), [401, 429, 429], `${back} ms back`)
      t.strictSame(await counts(), Array(5).fill(6))
      // What is allowed in an hour for whatever name is paced: a hundredth of it.
      clock.advance(36 * second)
      t.strictSame(await guess(app, home, name, 2), [401, 429], 'and the pause goes on to grow')
      clock.advance(Math.abs(back))
      t.strictSame(await guess(app, home, name, 2), [401, 429], 'when the clock is put right, too')
    }
  },
)
