import t from 'tap'
import { onBoth, secretFor, second } from '../support/build.ts'
import { addressOf, buildGuarded, guessFrom, home, lockOut, signInFrom } from '../support/throttling.ts'

const nonsense = '$argon2id$v=19$nonsense'

onBoth(
  t,
  'failed sign-ins give identical responses and waits, whether or not the account exists (P1)',
  async (t, database) => {
    const { app, change, clock, disable, people, rows } = await buildGuarded(t, database)
    await people('ada', 'grace', 'alan', 'eve')
    await disable('grace')
    await change(`update users set password_hash = '${nonsense}' where username = 'alan'`)
    await lockOut(app, 'eve')

    const right = (username: string) => ({ password: secretFor(username) })
    const signIns: Record<string, [name: string, more: Record<string, string>]> = {
      'unknown username': ['nobody', right('wrong')],
      'unknown e-mail address': ['nobody@example.com', right('wrong')],
      'wrong password': ['ada', right('wrong')],
      'wrong password, by e-mail address': ['ada@example.com', right('wrong')],
      'wrong device token': ['ada', { ...right('wrong'), device_token: `dt_${'A'.repeat(90)}` }],
      'disabled user, right password': ['grace', right('grace')],
      'unreadable hash': ['alan', right('alan')],
      'locked account': ['eve', right('eve')],
      'locked account, by e-mail address': ['eve@example.com', right('eve')],
    }
    const countRows = async () => {
      const [throttles] = await rows('select cast(sum(count) as integer) as n from throttles')
      const [events] = await rows('select cast(count(*) as integer) as n from events')
      return [Number(throttles?.n), Number(events?.n)]
    }

    const seen = new Map<string, unknown>()
    for (const [index, [description, [name, more]]] of Object.entries(signIns).entries()) {
      const answers: unknown[] = []
      for (let time = 0; time < 9; time++) {
        const before = await countRows()
        const {
          statusCode,
          headers: { date, ...headers },
          body,
        } = await signInFrom(app, addressOf(200 + index), name, more)
        const after = await countRows()
        answers.push({ statusCode, headers, body, changed: after.map((count, index) => count - (before[index] ?? 0)) })
        if (time > 5) clock.advance(second * 2 ** (time - 5))
      }
      seen.set(description, answers)
    }
    const unknown = seen.get('unknown username')
    t.match(
      unknown,
      [
        ...Array(5).fill({ statusCode: 401 }),
        { statusCode: 429, headers: { 'retry-after': '1' } },
        { statusCode: 429 },
        { statusCode: 401 },
        { statusCode: 429 },
      ].slice(0, 7),
    )
    for (const [description, answers] of seen) t.strictSame(answers, unknown, description)
  },
)

t.test('a caller who has to wait does not learn whether the user exists or the password is right (P1)', async (t) => {
  const { app, people } = await buildGuarded(t, 'sqlite')
  await people('ada')
  for (const name of ['ada', 'nobody']) for (let time = 0; time < 5; time++) await guessFrom(app, home, name)
  const answers = await Promise.all([
    signInFrom(app, home, 'ada'),
    guessFrom(app, home, 'ada'),
    signInFrom(app, home, 'nobody'),
  ])
  const [first, ...others] = answers.map(({ statusCode, headers: { date, ...headers }, body }) => ({
    statusCode,
    headers,
    body,
  }))
  t.match(first, { statusCode: 429 })
  for (const other of others) t.strictSame(other, first)
})
