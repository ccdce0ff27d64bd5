import { decodeJwt } from 'jose'
import t from 'tap'
import { getMe, minute, onBoth, refresh, type TokenResponse } from '../support/build.ts'
import { eventsIn, isRefused, openSessions, refreshed, refreshFrom, statusesOf } from '../support/refreshing.ts'

const fiftyIndexes = Array.from({ length: 50 }, (_, index) => index)

onBoth(
  t,
  'fifty simultaneous refreshes with one token get the same successor, and advance the session by one (S1)',
  async (t, database) => {
    const { app, lines, row, signIn } = await openSessions(t, database)
    let { refresh_token: token } = await signIn()
    for (const generation of [1, 2, 3]) {
      const responses = await Promise.all(fiftyIndexes.map(() => refresh(app, token)))
      t.strictSame(new Set(responses.map(({ statusCode }) => statusCode)), new Set([200]))
      const granted = responses.map((response) => response.json<TokenResponse>())
      const [successor, ...others] = new Set(granted.map(({ refresh_token }) => refresh_token))
      t.strictSame(others, [])
      t.not(successor, token)
      t.equal((await row()).generation, generation)
      t.equal(new Set(granted.map(({ access_token }) => decodeJwt(access_token).jti)).size, 50)
      t.strictSame(
        new Set(
          await statusesOf(
            app,
            granted.map(({ access_token }) => access_token),
          ),
        ),
        new Set([200]),
      )
      token = successor!
    }
    t.strictSame(eventsIn(lines), [])
  },
)

onBoth(
  t,
  'of fifty refreshes from two networks one rotates the token, and those from the other network are logged',
  async (t, database) => {
    const { app, lines, row, signIn } = await openSessions(t, database)
    const { refresh_token: token } = await signIn()
    const networks = ['203.0.113.7', '198.51.100.9'] as const
    const responses = await Promise.all(
      fiftyIndexes.map((index) => refreshFrom(app, networks[index % 2 === 0 ? 0 : 1], token)),
    )
    t.equal(new Set(responses.map((response) => response.json().refresh_token)).size, 1)

    const { address, generation } = await row()
    t.equal(generation, 1)
    const [other] = networks.filter((network) => network !== address)
    t.strictSame(
      eventsIn(lines).map(({ event, address }) => [event, address]),
      fiftyIndexes.slice(0, 25).map(() => ['refresh_from_another_network', other]),
    )
  },
)

onBoth(t, 'a sign-out among fifty refreshes ends the session, in any order', async (t, database) => {
  const { app, lines, rows, signIn } = await openSessions(t, database)
  for (const position of [0, 10, 49]) {
    const { refresh_token: token } = await signIn()
    const signOut = { method: 'POST', url: '/auth/revoke', payload: { token } } as const
    const responses = await Promise.all(
      fiftyIndexes.map((index) => (index === position ? app.inject(signOut) : refresh(app, token))),
    )

    t.equal(responses[position]!.statusCode, 200)
    t.strictSame(
      responses.filter(({ statusCode }) => ![200, 400].includes(statusCode)),
      [],
    )
    t.strictSame(await rows(), [])
    const granted = responses
      .filter((response, index) => index !== position && response.statusCode === 200)
      .map((response) => response.json<TokenResponse>())
    for (const { access_token } of granted) t.equal((await getMe(app, access_token)).statusCode, 401)
    await isRefused(t, app, {
      'the predecessor': token,
      ...Object.fromEntries(granted.map(({ refresh_token }, index) => [`response ${index}`, refresh_token])),
    })
  }
  t.strictSame(eventsIn(lines), [])
})

onBoth(
  t,
  'an old token among fifty refreshes with the current one ends the session, in any order (S3)',
  async (t, database) => {
    const { app, clock, lines, rows, signIn } = await openSessions(t, database)
    const { refresh_token: old } = await signIn()
    const { refresh_token: current } = await refreshed(t, app, old)
    clock.advance(minute)
    const responses = await Promise.all(fiftyIndexes.map((index) => refresh(app, index === 25 ? old : current)))
    t.equal(responses[25]!.statusCode, 400)
    t.strictSame(
      responses.filter(({ statusCode }) => ![200, 400].includes(statusCode)),
      [],
    )
    t.strictSame(await rows(), [])
    const granted = responses
      .filter(({ statusCode }) => statusCode === 200)
      .map((response) => response.json<TokenResponse>())
    t.strictSame(
      (
        await statusesOf(
          app,
          granted.map(({ access_token }) => access_token),
        )
      ).filter((status) => status !== 401),
      [],
    )
    t.match(eventsIn(lines), [{ event: 'refresh_token_reused' }])
    t.equal(eventsIn(lines).length, 1)
  },
)

onBoth(
  t,
  'fifty simultaneous uses of an old token end its session, and one event is logged (S3)',
  async (t, database) => {
    const { app, clock, lines, rows, signIn } = await openSessions(t, database)
    const { refresh_token: old } = await signIn()
    const { refresh_token: newest } = await refreshed(t, app, old)
    clock.advance(11 * minute)
    const responses = await Promise.all(fiftyIndexes.map(() => refresh(app, old)))
    t.strictSame(new Set(responses.map(({ statusCode }) => statusCode)), new Set([400]))
    t.strictSame(await rows(), [])
    await isRefused(t, app, { newest })
    t.equal(eventsIn(lines).length, 1)
  },
)
