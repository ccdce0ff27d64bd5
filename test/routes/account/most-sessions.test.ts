import t from 'tap'
import { day, minute, onBoth, query, register, signIn, type TokenResponse } from '../../support/build.ts'
import { openSessions, refreshed, statusesOf } from '../../support/refreshing.ts'

/** Inserts sessions of a user that began 1, 2, … minutes ago. */
async function insertEarlierSessions(url: string, count: number, { now, username }: { now: number; username: string }) {
  const [user] = await query<{ id: string }>(url, `select id from users where username = '${username}'`)
  const idOf = (index: number) =>
    `019ab0c4-5b0e-7c3a-9a54-${username}${String(index).padStart(12 - username.length, '0')}`
  const rows = Array.from({ length: count }, (_, index) => {
    const startedAt = now - (index + 1) * minute
    return (
      `('${idOf(index)}', '${user?.id}', 'latchkey', 'account', 'x', 0, ${startedAt}, ${startedAt}, ${startedAt}, ` +
      `${now + day})`
    )
  })
  await query(
    url,
    'insert into sessions (id, user_id, client_id, scope, nonce, generation, rotated_at, created_at, ' +
      `used_at, expires_at) values ${rows.join(', ')}`,
  )
  return Array.from({ length: count }, (_, index) => idOf(index))
}

onBoth(t, 'a user has at most 100 sessions: the oldest is ended, even if it was used last', async (t, database) => {
  const { app, clock, place, rows, signIn } = await openSessions(t, database)
  const oldest = await signIn()
  clock.advance(day)
  await insertEarlierSessions(place.DATABASE_URL, 99, { now: clock.now(), username: 'ada' })
  const { access_token: used } = await refreshed(t, app, oldest.refresh_token)
  t.equal((await rows()).length, 100)

  const next = await signIn()
  t.equal((await rows()).length, 100)
  t.strictSame(await statusesOf(app, [used, next.access_token]), [401, 200])
  clock.advance(minute)
  const last = await signIn()
  t.equal((await rows()).length, 100)
  t.strictSame(await statusesOf(app, [next.access_token, last.access_token]), [200, 200])
})

onBoth(
  t,
  'the limit holds when thirty sign in at once, and excludes expired sessions and those of other users',
  async (t, database) => {
    const { app, clock, place, rows, run } = await openSessions(t, database)
    await register(app, 'bee')
    const before = await insertEarlierSessions(place.DATABASE_URL, 90, { now: clock.now(), username: 'ada' })
    const others = await insertEarlierSessions(place.DATABASE_URL, 100, { now: clock.now(), username: 'bee' })
    const expired = before.slice(0, 5)
    await run(`update sessions set expires_at = ${clock.now()} where id in ('${expired.join("', '")}')`)

    const responses = await Promise.all(Array.from({ length: 30 }, () => signIn(app, 'ada')))
    t.strictSame(new Set(responses.map(({ statusCode }) => statusCode)), new Set([200]))
    t.strictSame(
      new Set(
        await statusesOf(
          app,
          responses.map((response) => response.json<TokenResponse>().access_token),
        ),
      ),
      new Set([200]),
    )

    const left = new Set((await rows()).map(({ id }) => id))
    t.ok(others.every((id) => left.has(id)))
    t.equal([...left].length - others.length, 100)
    const live = before.slice(5)
    t.strictSame(
      live.filter((id) => left.has(id)),
      live.slice(0, 70),
      'the oldest fifteen were ended',
    )
  },
)
