import { decodeJwt } from 'jose'
import t from 'tap'
import { day, getMe, minute, onBoth, refresh, second, signIn as signInAs } from '../support/build.ts'
import { eventsIn, isRefused, openSessions, refreshed, reopenSessions, statusesOf } from '../support/refreshing.ts'

const hour = 60 * minute

t.test('a session refreshed every day ends after its maximum lifetime (S10)', async (t) => {
  const { app, clock, lines, row, signIn } = await openSessions(t, 'sqlite', {
    SESSION_IDLE_DAYS: '3',
    SESSION_MAX_DAYS: '10',
  })
  let newest = await signIn()
  const startedAt = clock.now()
  for (let days = 1; days < 10; days++) {
    clock.advance(day)
    newest = await refreshed(t, app, newest.refresh_token)
    t.equal((await row()).expires_at, startedAt + Math.min(days + 3, 10) * day, `expiry after ${days} days`)
    t.equal((await row()).created_at, startedAt)
  }
  clock.advance(day - 1)
  newest = await refreshed(t, app, newest.refresh_token)
  t.equal((await row()).expires_at, startedAt + 10 * day)
  clock.advance(1)
  await isRefused(t, app, { 'after its end': newest.refresh_token })
  t.strictSame(await statusesOf(app, [newest.access_token]), [401])
  t.strictSame(eventsIn(lines), [])
})

onBoth(t, 'a session ends by idleness, counted from its last refresh', async (t, database) => {
  const { app, clock, signIn } = await openSessions(t, database, { SESSION_IDLE_DAYS: '3' })
  const idle = await signIn()
  let used = await signIn()
  clock.advance(3 * day - 1)
  used = await refreshed(t, app, used.refresh_token)
  clock.advance(1)
  await isRefused(t, app, { 'three days after the sign-in': idle.refresh_token })
  clock.advance(3 * day - 2)
  used = await refreshed(t, app, used.refresh_token)

  // Repeating a lost response does not count as use.
  const next = await refreshed(t, app, used.refresh_token)
  clock.advance(30 * second)
  await refreshed(t, app, used.refresh_token)
  clock.advance(3 * day - 30 * second - 1)
  t.equal((await refresh(app, next.refresh_token)).statusCode, 200, 'in its last millisecond')
  clock.advance(3 * day)
  await isRefused(t, app, { 'three days later': next.refresh_token })
})

t.test('an access token does not outlive its session (S10)', async (t) => {
  const { app, clock, row, signIn } = await openSessions(t, 'sqlite', {
    SESSION_MAX_DAYS: '1',
    ACCESS_TOKEN_EXPIRE_MINUTES: '60',
  })
  const first = await signIn()
  clock.advance(23 * hour + 30 * minute)
  const next = await refreshed(t, app, first.refresh_token)
  const end = Math.floor((await row()).expires_at / 1000)
  t.equal(decodeJwt(next.access_token).exp, end)
  t.ok(next.expires_in === 1800 || next.expires_in === 1799, 'the response has the shorter lifetime')
  const again = await refreshed(t, app, first.refresh_token)
  t.equal(decodeJwt(again.access_token).exp, end, 'also in a repeated response')
})

t.test('a shorter maximum lifetime also applies to existing sessions (S10)', async (t) => {
  const before = await openSessions(t, 'sqlite')
  const [old, recent] = [await before.signIn(), await before.signIn()]
  const { sid } = decodeJwt(old.access_token)
  await before.app.close()

  const { app, lines, run, rows } = await reopenSessions(t, before.place, { SESSION_MAX_DAYS: '2' })
  await run(`update sessions set created_at = created_at - ${5 * day} where id = '${sid}'`)
  await isRefused(t, app, { 'started five days ago': old.refresh_token })
  const next = await refreshed(t, app, recent.refresh_token)
  t.strictSame(await statusesOf(app, [next.access_token]), [200])
  const row = (await rows()).find(({ id }) => id !== sid)!
  t.equal(row.expires_at, row.created_at + 2 * day)
  t.strictSame(eventsIn(lines), [])
})

onBoth(t, 'a disabled user cannot refresh, and loses nothing by trying (S6)', async (t, database) => {
  const { app, lines, rows, run, signIn } = await openSessions(t, database)
  const first = await signIn()
  const second = await refreshed(t, app, first.refresh_token)
  const third = await refreshed(t, app, second.refresh_token)
  const before = await rows()
  await run('update users set disabled = 1')
  await isRefused(t, app, {
    current: third.refresh_token,
    'one generation behind': second.refresh_token,
    older: first.refresh_token,
  })
  t.strictSame(await rows(), before)
  t.strictSame(eventsIn(lines), [])

  await run('update users set disabled = 0')
  await refreshed(t, app, third.refresh_token)
  await run('delete from users')
  await isRefused(t, app, { 'of a deleted user': third.refresh_token })
})

t.test('scope narrows one access token, never the session', async (t) => {
  const { app, row, run } = await openSessions(t, 'sqlite')
  await run("update users set scopes = 'posts:read posts:write users:read' where username = 'ada'")
  const first = (await signInAs(app, 'ada', { scope: 'account posts:read posts:write users:read' })).json()
  const before = await row()

  const narrow = await refreshed(t, app, first.refresh_token, { scope: 'posts:read' })
  t.strictSame([narrow.scope, decodeJwt(narrow.access_token).scope], ['posts:read', 'posts:read'])
  t.equal((await getMe(app, narrow.access_token)).statusCode, 403)
  const wide = await refreshed(t, app, narrow.refresh_token)
  t.strictSame(
    [wide.scope, decodeJwt(wide.access_token).scope],
    ['account posts:read posts:write users:read', 'account posts:read posts:write users:read'],
  )
  t.equal((await getMe(app, wide.access_token)).statusCode, 200)
  t.equal(
    (await refreshed(t, app, narrow.refresh_token, { scope: 'posts:write' })).scope,
    'posts:write',
    'a lost response may be requested with another scope',
  )
  const administration = await refreshed(t, app, wide.refresh_token, { scope: 'users:read' })
  t.equal(administration.scope, 'users:read')
  t.equal((await row()).scope, before.scope)
})

onBoth(
  t,
  'a scope not granted to the session, or no longer held by its user, is rejected and uses up no token',
  async (t, database) => {
    const { app, rows, run } = await openSessions(t, database)
    await run("update users set scopes = 'posts:read posts:write users:read' where username = 'ada'")
    const first = (await signInAs(app, 'ada', { scope: 'account posts:read users:read' })).json()
    const { refresh_token: token } = await refreshed(t, app, first.refresh_token)
    await run("update users set scopes = 'posts:read posts:write' where username = 'ada'")
    const before = await rows()

    for (const scope of [
      'posts:write',
      'account posts:write',
      'users:read',
      'account users:read',
      'users:write',
      'nothing',
      'ACCOUNT',
      '__proto__',
      'account,posts:read',
    ]) {
      for (const [name, shown] of Object.entries({ current: token, 'one generation behind': first.refresh_token })) {
        const response = await refresh(app, shown, { scope })
        t.equal(response.statusCode, 400, `${scope}, ${name}`)
        t.match(response.json(), { error: 'invalid_scope', code: 'invalid_scope', detail: String }, `${scope}, ${name}`)
      }
    }
    t.strictSame(await rows(), before)

    const next = await refreshed(t, app, token)
    t.equal(next.scope, 'account posts:read', 'only the scopes still held are granted')
    await run("update users set scopes = 'posts:read users:read' where username = 'ada'")
    t.equal(
      (await refreshed(t, app, next.refresh_token)).scope,
      'account posts:read users:read',
      'a scope granted again is back',
    )
  },
)
