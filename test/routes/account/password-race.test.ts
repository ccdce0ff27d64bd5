import t, { type Test } from 'tap'
import { build, getMe, hour, onBoth, refresh, secretFor, signIn, type TokenResponse } from '../../support/build.ts'
import { tokenOf } from '../../support/mailbox.ts'
import { changePassword, registerVerified, resetMail, resetWith } from '../../support/recovery.ts'

type App = Awaited<ReturnType<typeof build>>['app']

/** A request that depends on the old password, and the password it sets if it succeeds. */
interface Attempt {
  ask: () => Promise<Awaited<ReturnType<typeof signIn>>>
  sets?: string
}

const change = (app: App, { access_token: token }: TokenResponse, sets: string): Attempt => ({
  sets,
  ask: () => changePassword(app, token, { next: sets }),
})
const reset = (app: App, link: string, sets: string): Attempt => ({
  sets,
  ask: () => resetWith(app, { token: link, new_password: sets }),
})

/** Requests that set a new password; each runs five times at once. */
const contests: Array<
  [what: string, settersOf: (app: App, session: TokenResponse, link: string, name: string) => Attempt[]]
> = [
  ['it is changed', (app, session, _link, name) => [change(app, session, secretFor(`change ${name}`))]],
  ['it is reset', (app, _session, link, name) => [reset(app, link, secretFor(`reset ${name}`))]],
  [
    'it is changed and reset',
    (app, session, link, name) => [
      change(app, session, secretFor(`change ${name}`)),
      reset(app, link, secretFor(`reset ${name}`)),
    ],
  ],
]

for (const [what, settersOf] of contests) {
  onBoth(t, `no request started with the old password while ${what} leaves a live session`, async (t, database) => {
    const { app, clock, mailbox } = await build(t, { database })
    await registerVerified(app, mailbox)
    for (const round of [0, 1, 2]) {
      clock.advance(hour)
      await mailbox.collect(app)
      const link = tokenOf(await resetMail(app, mailbox))
      const sessions = await Promise.all(
        Array.from({ length: 5 }, async () => (await signIn(app, 'ada')).json<TokenResponse>()),
      )
      const present = await race(
        t,
        app,
        round,
        sessions,
        sessions.flatMap((session, index) => settersOf(app, session, link, `${round} ${index}`)),
      )
      // The next round starts with the old password again.
      const { access_token: token } = (await signIn(app, 'ada', { password: present })).json<TokenResponse>()
      t.equal((await changePassword(app, token, { current: present, next: secretFor('ada') })).statusCode, 200)
    }
  })
}

/**
 * Signs in, refreshes and sets passwords, all at once, in a different order each round.
 * @returns the password that was set
 */
async function race(t: Test, app: App, round: number, sessions: TokenResponse[], setters: Attempt[]): Promise<string> {
  const attempts: Attempt[] = [
    ...Array.from({ length: 20 }, () => ({ ask: () => signIn(app, 'ada') })),
    ...[...sessions, ...sessions].map(({ refresh_token: token }) => ({ ask: () => refresh(app, token) })),
    ...setters,
  ]
  // 11 is coprime to the number of attempts, so that each is sent once.
  const mixed = attempts.map((_, index) => attempts[(index * 11 + round * 7) % attempts.length]!)
  const responses = await Promise.all(mixed.map(async ({ ask, sets }) => ({ sets, response: await ask() })))

  const [present = '', ...others] = responses.flatMap(({ sets, response }) =>
    sets !== undefined && response.statusCode < 300 ? [sets] : [],
  )
  t.strictSame(others, [], 'only one attempt sets a password')
  for (const { sets = '' } of setters) {
    t.equal((await signIn(app, 'ada', { password: sets })).statusCode, sets === present ? 200 : 401)
  }
  t.equal((await signIn(app, 'ada')).statusCode, 401)

  const granted = responses.flatMap(({ sets, response }) =>
    response.statusCode === 200 ? [{ sets, ...response.json<TokenResponse>() }] : [],
  )
  for (const { sets, access_token: access, refresh_token: token } of [
    ...sessions.map((session) => ({ ...session, sets: undefined })),
    ...granted,
  ]) {
    t.strictSame(
      [(await getMe(app, access)).statusCode, (await refresh(app, token)).statusCode],
      sets === present ? [200, 200] : [401, 400],
    )
  }
  return present
}
