import { once } from 'node:events'
import http from 'node:http'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createAudit } from '../../src/audit/audit.ts'
import type { AuditEvent } from '../../src/audit/events.ts'
import { fromService } from '../../src/audit/origin.ts'
import { portOf } from '../../src/listen.ts'
import { openStore } from '../../src/store/store.ts'
import {
  build,
  buildWithSql,
  databaseOf,
  day,
  getMe,
  hour,
  minute,
  onBoth,
  postForm,
  query,
  second,
  secretFor,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { ask, userWithScopes } from '../support/administration.ts'
import { listeningAtItsOrigin } from '../support/listening.ts'
import { linkOf, tokenOf, type Mailbox } from '../support/mailbox.ts'
import {
  askReset,
  changeAccount,
  changePassword,
  deleteAccount,
  newPassword,
  registerVerified,
  resetWith,
} from '../support/recovery.ts'
import { untilRefused } from '../support/spawn.ts'

/** Performs every step in the life of an account, each of which the audit log must record. */
async function useAccount(app: FastifyInstance, mailbox: Mailbox) {
  await registerVerified(app, mailbox)
  await signIn(app, 'nobody')
  await signIn(app, 'ada', { password: secretFor('wrong') })
  await signIn(app, 'ada', { scope: 'keys:write' })
  const ada = (await signIn(app, 'ada')).json<TokenResponse>()
  await app.inject({ url: '/auth/keys', headers: { authorization: `Bearer ${ada.access_token}` } })
  await changePassword(app, ada.access_token, { current: secretFor('wrong') })
  const changed = (await changePassword(app, ada.access_token)).json<TokenResponse>()
  await changeAccount(app, changed.access_token, { name: 'Ada' })
  await postForm(app, '/auth/revoke', { token: changed.refresh_token })
  await askReset(app, 'ada')
  const link = (await mailbox.collect(app)).find((mail) => linkOf(mail) !== '')
  await resetWith(app, { username: 'ada', code: '00000000' })
  await resetWith(app, { token: tokenOf(link) })
  await postForm(
    app,
    '/auth/introspect',
    { token: 'x' },
    { authorization: `Basic ${Buffer.from('client_x:y').toString('base64')}` },
  )
  const last = (await signIn(app, 'ada', { password: newPassword })).json<TokenResponse>()
  await deleteAccount(app, last.access_token, newPassword)
  return {
    last,
    id: String(JSON.parse(Buffer.from(last.access_token.split('.')[1] ?? '', 'base64url').toString()).sub),
  }
}

onBoth(
  t,
  'sign-ins and account changes are recorded with time, user, actor, origin, outcome and factor',
  async (t, database) => {
    const { app, clock, mailbox, rows, change } = await buildWithSql(t, database)
    const start = clock.now()
    const { id, last } = await useAccount(app, mailbox)
    t.equal((await getMe(app, last.access_token)).statusCode, 401)

    const events = (await rows('select * from events order by id')).filter(({ event }) => event !== 'key_published')
    const summary = events.map(({ event, outcome, user_id: user, actor_type: actor, details }) => {
      const { factor, reason } = JSON.parse(String(details))
      return [
        event,
        outcome,
        user === null ? 'unknown' : user === id ? 'ada' : 'other',
        actor,
        ...(factor === undefined ? [] : [factor]),
        ...(reason === undefined ? [] : [reason]),
      ].join(' ')
    })
    t.strictSame(summary, [
      'registered success ada user',
      'email_verification_requested success ada ',
      'email_verified success ada user',
      'sign_in_failed failure unknown  password no_such_account',
      'sign_in_failed failure ada  password wrong',
      'sign_in_failed failure ada  password invalid_scope',
      'signed_in success ada user password',
      'authorization_failed failure unknown user',
      'reauthentication_failed failure ada user password wrong',
      'password_changed success ada user',
      'account_changed success ada user',
      'signed_out success ada user',
      'password_reset_requested success ada ',
      'password_reset_failed failure ada  mailed_code wrong',
      'password_reset success ada user mailed_link',
      'client_authentication_failed failure unknown ',
      'signed_in success ada user password',
      'account_deleted success ada user',
    ])
    for (const { event, created_at: at, address, request_id: request } of events) {
      t.equal(Number(at), start, String(event))
      t.equal(address, '127.0.0.1', String(event))
      t.match(request, /^[\da-f-]{36}$/, String(event))
    }
    t.notMatch(
      JSON.stringify(events),
      /not-for-logs|eyJ|\b(rt|cs|pr|ev|dt)_[\w-]{20}|\bada\b|@/,
      'no secret or username is recorded',
    )

    await t.rejects(change("update events set outcome = 'success'"), /never changed/, 'events are immutable')
  },
)

onBoth(t, 'events are kept for EVENTS_KEEP_DAYS', async (t, database) => {
  const { app, clock, rows } = await buildWithSql(t, database, { EVENTS_KEEP_DAYS: '30' })
  await signIn(app, 'nobody')
  const count = async () => (await rows("select id from events where event = 'sign_in_failed'")).length
  clock.advance(30 * day - 1)
  await app.latchkey.housekeep()
  t.equal(await count(), 1)
  clock.advance(1)
  await app.latchkey.housekeep()
  t.equal(await count(), 0)
})

onBoth(
  t,
  'an event of a transaction that is rolled back is neither kept nor passed to listeners',
  async (t, database) => {
    const { DATABASE_URL: url = '' } = await databaseOf(t, database)
    const store = await openStore(url)
    t.teardown(() => store.close())
    const committed: string[] = []
    const audit = createAudit({ store, now: Date.now, keepDays: 1 })
    audit.onCommit(({ event }, severity) => {
      committed.push(`${event} ${severity}`)
    })
    await t.rejects(
      store.write(async (db) => {
        await audit.record(db, { event: 'registered', origin: fromService })
        throw new Error('it failed')
      }),
      { message: 'it failed' },
    )
    await audit.report({ event: 'signed_out', origin: fromService })
    t.strictSame(
      (await audit.list({ limit: 10 })).map(({ event }) => event),
      ['signed_out'],
    )
    t.strictSame(committed, ['signed_out notice'])
  },
)

onBoth(
  t,
  'a listener in the transaction writes with the event, and rolls both back if it throws',
  async (t, database) => {
    const { DATABASE_URL: url } = await databaseOf(t, database)
    const store = await openStore(String(url))
    t.teardown(store.close)
    const audit = createAudit({ store, now: Date.now, keepDays: 1 })
    const committed: AuditEvent[] = []
    let isFailing = false
    audit.onRecord(async (db, { id, event }, severity) => {
      await db
        .insertInto('retired_usernames')
        .values({ name_hash: `${event} ${severity} ${id}`, retired_at: 0 })
        .execute()
      if (isFailing) throw new Error('the listener failed')
    })
    audit.onCommit((event) => {
      t.notOk(isFailing, 'the listener for commits is not called after a rollback')
      committed.push(event)
    })
    const written = () => store.read((db) => db.selectFrom('retired_usernames').select('name_hash').execute())

    await store.write(async (db) => {
      await audit.record(db, { event: 'backup_restored', origin: fromService })
      t.strictSame(committed, [], 'the listener for commits is not called before the commit')
    })
    t.strictSame(await audit.list({ limit: 10 }), committed)
    t.match(committed, { length: 1, 0: { event: 'backup_restored', actor: { type: 'service' } } })
    t.strictSame(await written(), [{ name_hash: `backup_restored alarm ${committed[0]?.id}` }])

    isFailing = true
    await t.rejects(audit.report({ event: 'signed_out', origin: fromService }), { message: 'the listener failed' })
    t.equal((await audit.list({ limit: 10 })).length, 1)
    t.equal((await written()).length, 1)
  },
)

onBoth(
  t,
  'per minute, sixty events that strangers can cause at no cost are recorded, and the rest is counted',
  async (t, database) => {
    const { app, rows } = await buildWithSql(t, database)
    const authorization = `Basic ${Buffer.from('client_x:y').toString('base64')}`
    await Promise.all(
      Array.from({ length: 75 }, () => postForm(app, '/auth/introspect', { token: 'x' }, { authorization })),
    )
    await app.latchkey.housekeep()
    const events = await rows("select details from events where event = 'client_authentication_failed' order by id")
    t.equal(events.length, 61)
    t.strictSame(JSON.parse(String(events.at(-1)?.details)), { suppressed: 15 })
  },
)

t.test('events that are counted while the service stops are recorded before the database closes', async (t) => {
  const { app, rows } = await listeningAtItsOrigin(t)
  const authorization = `Basic ${Buffer.from('client_x:y').toString('base64')}`
  for (let count = 0; count < 60; count++) await postForm(app, '/auth/introspect', { token: 'x' }, { authorization })
  const port = Number(portOf(app))
  const request = http.request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/auth/introspect',
    agent: false,
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded', expect: '100-continue' },
  })
  request.flushHeaders()
  await once(request, 'continue')
  const closed = app.close()
  await untilRefused(port)
  request.end('token=x')
  const [response] = await once(request, 'response')
  t.equal(response.resume().statusCode, 401)
  await closed
  const events = await rows("select details from events where event = 'client_authentication_failed' order by id")
  t.equal(events.length, 61)
  t.strictSame(JSON.parse(String(events.at(-1)?.details)), { suppressed: 1 })
})

t.test('a service that cannot record counted events when it stops logs that', async (t) => {
  const { app, change, lines } = await buildWithSql(t, 'sqlite')
  const authorization = `Basic ${Buffer.from('client_x:y').toString('base64')}`
  for (let count = 0; count < 61; count++) await postForm(app, '/auth/introspect', { token: 'x' }, { authorization })
  await change('alter table events rename to missing')
  await app.close()
  const problems = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'suppressed events not recorded')
  t.match(problems, [{ level: 40, err: { message: /no such table/ } }])
})

onBoth(t, 'requests that change nothing record no event (X2)', async (t, database) => {
  const { app, change, mailbox, rows } = await buildWithSql(t, database)
  await registerVerified(app, mailbox)
  const { access_token: ada } = (await signIn(app, 'ada')).json<TokenResponse>()
  const { id } = (await getMe(app, ada)).json<{ id: string }>()
  const admin = await userWithScopes(app, change, 'users:read users:write')
  await changeAccount(app, ada, { name: 'Ada' })
  const before = await rows('select id from events')
  for (const [token, method, path, payload] of [
    [ada, 'DELETE', '/users/me/sessions'],
    [ada, 'PATCH', '/users/me', { name: 'Ada' }],
    [ada, 'PATCH', '/users/me', {}],
    [ada, 'PATCH', '/users/me', { email: 'ada@example.com', current_password: secretFor('ada') }],
    [admin.token, 'PATCH', `/users/${id}`, { name: 'Ada', scopes: [], disabled: false, email: 'ada@example.com' }],
    [admin.token, 'POST', `/users/${id}/unlock`],
  ] as const) {
    const { statusCode } = await ask(app, token, method, path, payload)
    t.ok([200, 204].includes(statusCode), `${method} ${path}: ${statusCode}`)
  }
  await postForm(app, '/auth/revoke', { token: ada })
  for (const path of [`/users/${id}/sessions`, '/sessions']) {
    t.equal((await ask(app, admin.token, 'DELETE', path)).statusCode, 204, path)
  }
  await postForm(app, '/auth/revoke', { token: ada })
  const after = await rows('select id, event from events')
  t.match(
    after.filter(({ id }) => !before.some((row) => row.id === id)),
    [{ event: 'signed_out' }],
  )
})

onBoth(
  t,
  'of users’ actions on their own account, sixty events per name and hour are recorded, and the rest is counted (X2)',
  async (t, database) => {
    const { DATABASE_URL: url = '', ...secrets } = await databaseOf(t, database)
    const place = { ...secrets, DATABASE_URL: url === ':memory:' ? `file:${t.testdir()}/latchkey.db` : url }
    const shared = { MASTER_KEY: secretFor('master key'), ...place }
    const { app, clock, mailbox } = await build(t, { environment: shared })
    const { app: other } = await build(t, { environment: shared, clock })
    const eventsNamed = async (name: string) =>
      (await query(place.DATABASE_URL, `select * from events where event = '${name}' order by id`)).map((row) => ({
        ...row,
        details: JSON.parse(String(row.details)),
      }))
    await registerVerified(app, mailbox)
    const { access_token: ada } = (await signIn(app, 'ada')).json<TokenResponse>()
    const { id } = (await getMe(app, ada)).json<{ id: string }>()
    for (let index = 0; index < 70; index++) {
      clock.advance(second)
      await changeAccount(index % 2 === 0 ? app : other, ada, { name: `Ada ${index}` })
    }
    t.equal((await eventsNamed('account_changed')).length, 60, 'two instances share the quota')

    // Events by other actors, failures and events that require a proof are recorded regardless.
    const admin = await userWithScopes(
      app,
      (text) => query(place.DATABASE_URL, text).then(() => {}),
      'users:read users:write',
    )
    await ask(app, admin.token, 'PATCH', `/users/${id}`, { name: 'Countess' })
    await signIn(app, 'ada', { password: secretFor('wrong') })
    await changePassword(app, ada)
    t.match((await eventsNamed('account_changed')).slice(60), [{ actor_id: admin.id, user_id: id }])
    t.match(await eventsNamed('sign_in_failed'), [{ user_id: id }])
    t.match(await eventsNamed('password_changed'), [{ user_id: id }])

    clock.advance(hour - 30 * second)
    for (const instance of [app, other]) await instance.latchkey.housekeep()
    t.equal((await eventsNamed('account_changed')).length, 61, 'the window of the suppressed events has not ended')
    clock.advance(minute)
    for (const instance of [app, other]) await instance.latchkey.housekeep()
    const summaries = (await eventsNamed('account_changed')).slice(61)
    t.match(summaries, [
      { user_id: id, actor_type: 'service', outcome: 'success', details: { suppressed: 5 } },
      { user_id: id, actor_type: 'service', outcome: 'success', details: { suppressed: 5 } },
    ])
    const { access_token: again } = (await signIn(app, 'ada', { password: newPassword })).json<TokenResponse>()
    await changeAccount(app, again, { name: 'Ada again' })
    t.match((await eventsNamed('account_changed')).slice(63), [{ actor_id: id, details: { changed: ['name'] } }])
  },
)

onBoth(t, 'a rollback neither uses the quota nor counts as suppressed (X2)', async (t, database) => {
  const { DATABASE_URL: url = '' } = await databaseOf(t, database)
  const store = await openStore(url)
  t.teardown(store.close)
  const audit = createAudit({ store, now: Date.now, keepDays: 1 })
  const userId = '01a2249f-1f3f-7059-9854-bc2cd3980c4b'
  const origin = { ...fromService, actor: { type: 'user' as const, id: userId } }
  const signOut = { event: 'signed_out', userId, origin } as const
  const fail = () =>
    t.rejects(
      store.write(async (db) => {
        for (let index = 0; index < 70; index++) await audit.record(db, signOut)
        throw new Error('it failed')
      }),
      { message: 'it failed' },
    )
  await fail()
  for (let index = 0; index < 61; index++) await audit.report(signOut)
  await fail()
  await audit.report({ ...signOut, isFromUnknownLocation: true })
  await audit.reportSuppressed(true)
  const events = await audit.list({ limit: 100 })
  t.equal(events.length, 62)
  t.match(events[0], { event: 'signed_out', actor: { type: 'service' }, user_id: userId, details: { suppressed: 1 } })
})

onBoth(t, 'an event that occurs while a summary is written is recorded or counted', async (t, database) => {
  const { DATABASE_URL: url = '' } = await databaseOf(t, database)
  const store = await openStore(url)
  t.teardown(store.close)
  const audit = createAudit({ store, now: Date.now, keepDays: 1 })
  const fail = (times: number) =>
    Promise.all(
      Array.from({ length: times }, () =>
        audit.reportRateLimited({ event: 'sign_in_failed', outcome: 'failure', origin: fromService }),
      ),
    )
  await fail(62)
  const summary = audit.reportSuppressed()
  await fail(63)
  await summary
  await audit.reportSuppressed()
  const events = await audit.list({ limit: 200 })
  const summaries = events.flatMap(({ details }) => ('suppressed' in details ? [details.suppressed] : []))
  t.strictSame(summaries, [3, 2], 'the latest first')
  t.equal(events.length - summaries.length, 120)
})

t.test('passwords without the second factor are recorded beyond sixty, also from known locations (X2)', async (t) => {
  const { DATABASE_URL: url = '' } = await databaseOf(t, 'sqlite')
  const store = await openStore(url)
  t.teardown(store.close)
  const audit = createAudit({ store, now: Date.now, keepDays: 1 })
  const userId = '01a2249f-1f3f-7059-9854-bc2cd3980c4b'
  const origin = { ...fromService, actor: { type: 'user' as const, id: userId } }
  for (let index = 0; index < 61; index++) await audit.report({ event: 'mfa_required', userId, origin })
  t.equal((await audit.list({ limit: 100 })).length, 61)
})
