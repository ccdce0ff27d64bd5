import t from 'tap'
import { onBoth, secretFor, second } from '../support/build.ts'
import { addressOf, buildGuarded, guessFrom, home, lockOut, signInFrom } from '../support/throttling.ts'

const nonsense = '$argon2id$v=19$nonsense'

onBoth(
  t,
  'of whoever there is and whoever there is not a stranger sees the same: the same words, and as soon ' +
    'that they have to wait (P1)',
  async (t, database) => {
    const { app, change, clock, disable, people, rows } = await buildGuarded(t, database)
    await people('ada', 'grace', 'alan', 'eve')
    await disable('grace')
    await change(`update users set password_hash = '${nonsense}' where username = 'alan'`)
    await lockOut(app, 'eve')

    const right = (username: string) => ({ password: secretFor(username) })
    const strangers: Record<string, [name: string, more: Record<string, string>]> = {
      'nobody, by name': ['nobody', right('wrong')],
      'nobody, by e-mail': ['nobody@example.com', right('wrong')],
      'a wrong password': ['ada', right('wrong')],
      'a wrong password, by e-mail': ['ada@example.com', right('wrong')],
      'a wrong device': ['ada', { ...right('wrong'), device_token: `dt_${'A'.repeat(90)}` }],
      'the right password of somebody who is disabled': ['grace', right('grace')],
      'of somebody whose hash cannot be read': ['alan', right('alan')],
      'of a locked account': ['eve', right('eve')],
      'of a locked account, by e-mail': ['eve@example.com', right('eve')],
    }
    const written = async () => {
      const [throttles] = await rows('select cast(sum(count) as integer) as n from throttles')
      const [events] = await rows('select cast(count(*) as integer) as n from events')
      return [Number(throttles?.n), Number(events?.n)]
    }

    const seen = new Map<string, unknown>()
    for (const [index, [who, [name, more]]] of Object.entries(strangers).entries()) {
      const answers: unknown[] = []
      for (let time = 0; time < 9; time++) {
        const before = await written()
        const {
          statusCode,
          headers: { date, ...headers },
          body,
        } = await signInFrom(app, addressOf(200 + index), name, more)
        const after = await written()
        answers.push({ statusCode, headers, body, changed: after.map((count, index) => count - (before[index] ?? 0)) })
        if (time > 5) clock.advance(second * 2 ** (time - 5))
      }
      seen.set(who, answers)
    }
    const nobody = seen.get('nobody, by name')
    t.match(
      nobody,
      [
        ...Array(5).fill({ statusCode: 401 }),
        { statusCode: 429, headers: { 'retry-after': '1' } },
        { statusCode: 429 },
        { statusCode: 401 },
        { statusCode: 429 },
      ].slice(0, 7),
    )
    for (const [who, answers] of seen) t.strictSame(answers, nobody, who)
  },
)

t.test(
  'who has to wait elsewhere is not told whether there is such a name, and a right password looks no ' +
    'different then (P1)',
  async (t) => {
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
  },
)
