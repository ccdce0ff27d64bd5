import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build, buildWithSql, databaseOf, getMe, onBoth, register, secretFor } from '../support/build.ts'
import { tokenOf } from '../support/mailbox.ts'
import { claimed, confirmEmail, outcomeOf, sessionOf, verified, wrongCodes } from '../support/verification.ts'

const fifty = Array.from({ length: 50 }, (_, index) => index)

onBoth(t, 'of fifty simultaneous uses of one link and its code, exactly one succeeds (S4)', async (t, database) => {
  const built = await build(t, { database })
  const { app } = built
  const { token, code } = await claimed(built, 'ada', 'ada@example.com')
  const session = await sessionOf(app, 'ada')
  const ways = [
    () => confirmEmail(app, { token }, session),
    () => confirmEmail(app, { code }, session),
    () => confirmEmail(app, { token, current_password: secretFor('ada') }),
  ]
  const outcomes = await Promise.all(fifty.map(async (index) => outcomeOf(await ways[index % 3]!())))
  t.strictSame(outcomes.toSorted(), ['204', ...fifty.slice(1).map(() => '400 invalid_code')])
})

onBoth(t, 'ninety simultaneous guesses are all counted, up to five (S4)', async (t, database) => {
  const built = await buildWithSql(t, database)
  const { app, rows } = built
  const { token, code } = await claimed(built, 'ada', 'ada@example.com')
  const session = await sessionOf(app, 'ada')
  const guessAtOnce = (codes: string[]) =>
    Promise.all(codes.map(async (guess) => outcomeOf(await confirmEmail(app, { code: guess }, session))))
  const attempts = async () => (await rows('select attempts from one_time_tokens'))[0]?.attempts

  await guessAtOnce(wrongCodes(code, 3))
  t.equal(await attempts(), 3)
  t.strictSame(new Set(await guessAtOnce(wrongCodes(code, 90))), new Set(['400 invalid_code']))
  t.equal(await attempts(), 5)
  t.strictSame(await guessAtOnce([code]), ['400 invalid_code'])
  t.equal(outcomeOf(await confirmEmail(app, { token }, session)), '204')
})

onBoth(t, 'when two accounts verify one address at the same time, exactly one gets it', async (t, database) => {
  const environment = await databaseOf(t, database)
  const built = await build(t, { environment })
  await raceForAddresses(t, built, [built.app, built.app])
})

t.test('when two accounts verify one address on two instances at the same time, exactly one gets it', async (t) => {
  const environment = await databaseOf(t, 'postgres')
  const [built, other] = [await build(t, { environment }), await build(t, { environment })]
  await raceForAddresses(t, built, [built.app, other.app])
})

async function raceForAddresses(
  t: Test,
  built: Awaited<ReturnType<typeof build>>,
  apps: [FastifyInstance, FastifyInstance],
) {
  for (const round of [1, 2, 3, 4, 5]) {
    const [ada, eve] = [`ada ${round}`, `eve ${round}`]
    const proofs = [
      await claimed(built, ada, `${round}@example.com`),
      await claimed(built, eve, `${round}@EXAMPLE.com`),
    ]
    const sessions = [await sessionOf(built.app, ada), await sessionOf(built.app, eve)]
    const outcomes = await Promise.all(
      proofs.map(async ({ token }, index) => outcomeOf(await confirmEmail(apps[index]!, { token }, sessions[index]))),
    )
    t.strictSame(outcomes.toSorted(), ['204', '409 email_taken'])
    const verifiedFlags = await Promise.all(
      sessions.map(async (session) => (await getMe(built.app, session)).json().email_verified),
    )
    t.strictSame(
      verifiedFlags,
      outcomes.map((outcome) => outcome === '204'),
    )
  }
}

onBoth(
  t,
  'fifteen simultaneous claims of one address send no more messages than the limit allows',
  async (t, database) => {
    const built = await build(t, { database })
    const { app, mailbox } = built
    const claimAtOnce = async (prefix: string, email: string) => {
      await Promise.all(fifty.slice(0, 15).map((index) => register(app, `${prefix} ${index}`, { email })))
      return mailbox.collect(app)
    }
    const mails = await claimAtOnce('nobody', 'nobody@example.com')
    t.equal(mails.length, 10, 'messages with links')
    t.equal(new Set(mails.map(tokenOf)).size, 10)

    await verified(built, 'ada', 'ada@example.com')
    const notices = await claimAtOnce('mallory', 'ADA@example.com')
    t.strictSame(
      notices.map(({ to, subject }) => [to, subject]),
      fifty.slice(0, 3).map(() => ['ada@example.com', 'Your e-mail address was used for another Latchkey account']),
    )
  },
)
