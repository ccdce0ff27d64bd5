import t from 'tap'
import { onBoth, register } from '../build.ts'
import { abroad, addressOf, buildGuarded, elsewhere, guessFrom, home, signInFrom } from './guarding.ts'

onBoth(t, 'strangers who make accounts with somebody’s address do not use up what its owner is to be told', async (t, database) => {
  const { app, mailbox, people } = await buildGuarded(t, database)
  await people('ada')
  await signInFrom(app, home, 'ada')
  for (let index = 0; index < 4; index++) {
    await register(app, `eve ${index}`, { email: 'ada@example.com' })
    for (const at of [home, elsewhere]) await signInFrom(app, at, `eve ${index}`)
    for (let time = 0; time < 10; time++) await guessFrom(app, addressOf(time), `eve ${index}`)
  }
  const toldOf = async (who: string) => (await mailbox.collect(app)).filter(({ text }) => text.includes(`“${who}”`)).map(({ subject }) => subject)
  t.strictSame(new Set(await toldOf('ada')), new Set(['Your address was given for another Latchkey account']))

  await signInFrom(app, abroad, 'ada')
  for (let time = 0; time < 10; time++) await guessFrom(app, addressOf(time), 'ada')
  t.strictSame((await toldOf('ada')).toSorted(), ['A new sign-in to your Latchkey account', 'Wrong passwords for your Latchkey account'])
})
