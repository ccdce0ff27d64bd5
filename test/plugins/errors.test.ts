import t from 'tap'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import { build, buildWithSql, getMe, onBoth, register, secretFor, signedUp, signIn } from '../support/build.ts'

t.test('an unexpected error is a 500 that reveals nothing and logs the stack', async (t) => {
  const { app, lines, change } = await buildWithSql(t, 'sqlite')
  const ada = await signedUp(app, 'ada')
  await change('alter table sessions rename to elsewhere')
  const response = await getMe(app, ada.access_token)
  t.equal(response.statusCode, 500)
  t.match(response.headers, { 'content-type': /^application\/problem\+json/, 'x-content-type-options': 'nosniff' })
  t.strictSame(response.json(), {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: errorCatalogue.server_error.detail,
    code: 'server_error',
  })
  const [failed, answered] = lines.map((line) => JSON.parse(line)).slice(-2)
  t.match(failed, { level: 50, msg: 'request failed', err: { message: /sessions/, stack: /\n {4}at / } })
  t.match(answered, { status: 500, path: '/auth/users/me', reqId: failed.reqId })
})

t.test('at the token endpoint, an unexpected error has the OAuth error format', async (t) => {
  const { app, lines, change } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  await change('alter table sessions rename to elsewhere')
  const response = await signIn(app, 'ada')
  t.equal(response.statusCode, 500)
  t.match(response.headers['content-type'], /^application\/json/)
  t.match(response.json(), { error: 'server_error', error_description: /./, detail: /./, code: 'server_error' })
  t.notMatch(response.body, /sql|table|relation|sessions/i)
  t.match(lines.join(''), /sessions/)
})

onBoth(t, 'row values in database errors are not logged', async (t, database) => {
  const { app, lines, change } = await buildWithSql(t, database)
  // A constraint unknown to the registration; PostgreSQL describes a violation with the whole row.
  await change(
    database === 'sqlite'
      ? "create trigger refuse before insert on users begin select raise(abort, 'refused'); end"
      : "alter table users add constraint refused check (username <> 'ada')",
  )
  t.equal((await register(app, 'ada', { email: 'ada@example.com' })).statusCode, 500)
  t.match(lines.join(''), 'refused')
  t.notMatch(lines.join(''), 'ada@example.com')
  t.notMatch(lines.join(''), '$argon2')
})

t.test('client errors are not logged as errors', async (t) => {
  const { app, lines } = await build(t)
  await signIn(app, 'nobody')
  await app.inject({
    method: 'POST',
    url: '/auth/users',
    payload: { username: 'ada', password: secretFor('ada'), more: 1 },
  })
  await app.inject({ url: '/nowhere' })
  t.strictSame(new Set(lines.map((line) => JSON.parse(line).level)), new Set([30]))
})

t.test('an identifier that is too long is a 404 like any unknown one, never a 414 (X11)', async (t) => {
  const { app } = await build(t)
  for (const path of ['/auth/users/', '/auth/users/me/sessions/', '/auth/clients/', '/auth/invitations/']) {
    const { statusCode, body } = await app.inject({ method: 'DELETE', url: path + 'x'.repeat(101) })
    t.strictSame([statusCode, JSON.parse(body).code], [404, 'not_found'], path)
  }
})
