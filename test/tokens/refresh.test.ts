import { copyFile } from 'node:fs/promises'
import { decodeJwt } from 'jose'
import t from 'tap'
import { day, getMe, minute, onBoth, query, refresh, second, type DatabaseKind } from '../support/build.ts'
import type { Place } from '../support/forged-tokens.ts'
import {
  eventsIn,
  invalidGrant,
  isRefused,
  openSessions,
  refreshed,
  refreshFrom,
  reopenSessions,
  statusesOf,
  summaryOf,
} from '../support/refreshing.ts'

onBoth(t, 'the current token continues its session: new tokens, and the same row advanced', async (t, database) => {
  const { app, clock, lines, row, signIn } = await openSessions(t, database)
  const first = await signIn()
  const before = await row()
  clock.advance(minute)

  const response = await refresh(app, first.refresh_token)
  t.equal(response.statusCode, 200)
  t.match(response.headers, { 'cache-control': 'no-store', pragma: 'no-cache', 'content-type': /^application\/json/ })
  const next = response.json()
  t.strictSame(
    { ...next, access_token: '', refresh_token: '' },
    { access_token: '', token_type: 'bearer', expires_in: 900, refresh_token: '', scope: 'account' },
  )
  t.match(next.refresh_token, /^rt_[\w-]{71}$/)
  t.not(next.refresh_token, first.refresh_token)

  const now = clock.now()
  t.strictSame(await row(), {
    ...before,
    generation: before.generation + 1,
    rotated_at: now,
    used_at: now,
    expires_at: now + 14 * day,
  })
  const { jti, iat, exp, ...claims } = decodeJwt(next.access_token)
  const { jti: previousJti, iat: previousIat, exp: previousExp, ...same } = decodeJwt(first.access_token)
  t.strictSame(claims, same, 'the same user, session and scope')
  t.not(jti, previousJti)
  t.strictSame([iat, exp], [previousIat! + 60, previousExp! + 60])
  t.strictSame(
    await statusesOf(app, [first.access_token, next.access_token]),
    [200, 200],
    'the previous access token stays valid',
  )
  t.strictSame(eventsIn(lines), [])
})

for (const seconds of [30, 0, 60]) {
  onBoth(
    t,
    `a token whose response was lost gives the same successor for exactly ${seconds} seconds, ` +
      'and ends its session after that (S3)',
    async (t, database) => {
      const { app, clock, lines, row, rows, signIn } = await openSessions(
        t,
        database,
        seconds === 30 ? {} : { REFRESH_REUSE_SECONDS: String(seconds) },
      )
      const first = await signIn()
      const next = await refreshed(t, app, first.refresh_token)
      const before = await row()

      const again = await refreshed(t, app, first.refresh_token)
      clock.advance(seconds * second)
      const last = await refreshed(t, app, first.refresh_token)
      for (const response of [again, last]) {
        t.equal(response.refresh_token, next.refresh_token)
        t.equal(decodeJwt(response.access_token).sid, before.id)
      }
      const access = [first, next, again, last].map(({ access_token }) => access_token)
      t.equal(new Set(access.map((token) => decodeJwt(token).jti)).size, 4, 'a new access token each time')
      t.strictSame(await statusesOf(app, access), [200, 200, 200, 200])
      t.strictSame(await row(), before, 'the session is unchanged')
      t.strictSame(eventsIn(lines), [])

      clock.advance(1)
      const late = await refreshFrom(app, '198.51.100.9', first.refresh_token)
      t.strictSame(summaryOf(late), invalidGrant, 'one millisecond late, from another network')
      await isRefused(t, app, { 'the newest': next.refresh_token })
      t.strictSame(await statusesOf(app, access), [401, 401, 401, 401])
      t.strictSame(await rows(), [])
      t.match(eventsIn(lines), [
        {
          level: 40,
          event: 'refresh_token_reused',
          user_id: before.user_id,
          session_id: before.id,
          address: '198.51.100.9',
        },
      ])
      t.equal(eventsIn(lines).length, 1, 'one event is logged')
      t.notMatch(lines.join(''), /rt_/, 'no token is logged')
    },
  )
}

onBoth(t, 'an older token ends its session at once, and no other session of its user (S3)', async (t, database) => {
  const { app, clock, lines, rows, signIn } = await openSessions(t, database)
  const phone = await signIn()
  const laptop = await signIn()
  const tokens = [phone]
  for (let times = 0; times < 3; times++) tokens.push(await refreshed(t, app, tokens.at(-1)!.refresh_token))
  t.equal((await rows()).length, 2)

  await isRefused(t, app, { 'two generations behind': tokens[1]!.refresh_token })
  t.strictSame(
    eventsIn(lines).map(({ event, session_id }) => [event, session_id]),
    [['refresh_token_reused', decodeJwt(phone.access_token).sid]],
  )
  for (const [index, { refresh_token }] of tokens.entries()) {
    await isRefused(t, app, { [`number ${index}`]: refresh_token })
  }
  t.strictSame(
    await statusesOf(
      app,
      tokens.map(({ access_token }) => access_token),
    ),
    [401, 401, 401, 401],
  )
  t.equal(eventsIn(lines).length, 1)

  clock.advance(minute)
  t.equal((await getMe(app, laptop.access_token)).statusCode, 200)
  await refreshed(t, app, laptop.refresh_token)
})

t.test('an old token ends its session even in a request for excessive scopes (S3)', async (t) => {
  const { app, rows, signIn } = await openSessions(t, 'sqlite')
  const { refresh_token: first } = await signIn()
  const next = await refreshed(t, app, first)
  await refreshed(t, app, next.refresh_token)
  t.match((await refresh(app, first, { scope: 'users:write' })).json(), { error: 'invalid_grant' })
  t.strictSame(await rows(), [])
})

onBoth(
  t,
  'after a database is restored, a session continues with the token that its client holds',
  async (t, database) => {
    const { app, place, signIn } = await openSessions(t, database)
    const first = await signIn()
    const backedUp = await refreshed(t, app, first.refresh_token)
    await app.close()
    const restore = await backUp(database, place)

    const meanwhile = await reopenSessions(t, place)
    const lost = await refreshed(t, meanwhile.app, backedUp.refresh_token)
    const newest = await refreshed(t, meanwhile.app, lost.refresh_token)
    await meanwhile.app.close()
    await restore()

    const after = await reopenSessions(t, place)
    t.equal((await after.row()).generation, 1)
    const next = await refreshed(t, after.app, newest.refresh_token)
    t.equal((await after.row()).generation, 4, 'one beyond the token presented')
    t.equal(
      (await refreshed(t, after.app, newest.refresh_token)).refresh_token,
      next.refresh_token,
      'its response may be lost like any other',
    )
    const last = await refreshed(t, after.app, next.refresh_token)
    t.strictSame(await statusesOf(after.app, [last.access_token, newest.access_token]), [200, 200])
    t.strictSame(eventsIn(after.lines), [])

    await isRefused(t, after.app, {
      'the current token of the backup is old now': backedUp.refresh_token,
      'and its use ended the session': last.refresh_token,
    })
    t.match(eventsIn(after.lines), [{ event: 'refresh_token_reused' }])
  },
)

onBoth(t, 'a session stays one row however often it is refreshed', async (t, database) => {
  const { app, clock, row, rows, signIn } = await openSessions(t, database)
  let { refresh_token: token } = await signIn()
  const tokens = new Set([token])
  for (let times = 0; times < 100; times++) {
    clock.advance(minute)
    const { refresh_token: next } = (await refresh(app, token)).json()
    await refresh(app, token)
    tokens.add((token = next))
  }
  t.equal(tokens.size, 101, 'every token is different')
  t.equal((await rows()).length, 1)
  t.equal((await row()).generation, 100)
})

t.test('setting the clock back or ahead by an hour ends no session', async (t) => {
  const { app, clock, lines, row, signIn } = await openSessions(t, 'sqlite')
  let { refresh_token: token } = await signIn()
  for (const hours of [-1, -1, 1, 1]) {
    clock.advance(hours * 60 * minute)
    const next = await refreshed(t, app, token)
    t.equal((await refreshed(t, app, token)).refresh_token, next.refresh_token)
    t.equal((await row()).rotated_at, clock.now())
    token = next.refresh_token
  }
  t.strictSame(eventsIn(lines), [])
})

/**
 * Saves the database.
 * @returns a function that restores it; SQLite must be closed for both
 */
async function backUp(database: DatabaseKind, { DATABASE_URL: url }: Place) {
  if (database === 'postgres') {
    const [session] = await query(url, 'select * from sessions')
    return async () => {
      await query(url, `update sessions set generation = ${session?.generation}, rotated_at = ${session?.rotated_at}`)
    }
  }
  const path = url.slice('file:'.length)
  await copyFile(path, `${path}.backup`)
  return () => copyFile(`${path}.backup`, path)
}
