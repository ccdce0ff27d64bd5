import t from 'tap'
import { build, buildWithSql, getMe, onBoth, signedUp } from '../../support/build.ts'

t.test('responds with the account and its scopes (N3), with and without the trailing slash', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  const ada = await signedUp(app, 'ada')
  await change("update users set scopes = 'posts:write users:read' where username = 'ada'")
  for (const url of ['/auth/users/me', '/auth/users/me/']) {
    const response = await getMe(app, ada.access_token, url)
    t.equal(response.statusCode, 200)
    t.match(response.json(), {
      username: 'ada',
      name: null,
      email: null,
      email_verified: false,
      scopes: ['posts:write', 'users:read'],
      id: /^[0-9a-f-]{36}$/,
      created_at: /^20.*Z$/,
    })
  }
})

onBoth(t, 'an expired token is rejected', async (t, database) => {
  const { app, clock } = await build(t, { database })
  const ada = await signedUp(app, 'ada')
  t.equal((await getMe(app, ada.access_token)).statusCode, 200)
  clock.advance(15 * 60 * 1000)
  const response = await getMe(app, ada.access_token)
  t.equal(response.statusCode, 401)
  t.match(response.json(), { detail: 'Could not validate credentials', code: 'invalid_token' })
})

onBoth(
  t,
  'changes by another program to a session or user take effect on the next request (S6)',
  async (t, database) => {
    const { app, change } = await buildWithSql(t, database)
    const ada = await signedUp(app, 'ada')
    const eve = await signedUp(app, 'eve')
    const statuses = async () => [
      (await getMe(app, ada.access_token)).statusCode,
      (await getMe(app, eve.access_token)).statusCode,
    ]
    t.strictSame(await statuses(), [200, 200])

    await change("update users set name = 'Ada Lovelace' where username = 'ada'")
    t.equal((await getMe(app, ada.access_token)).json().name, 'Ada Lovelace')

    await change("update users set disabled = 1 where username = 'ada'")
    t.strictSame(await statuses(), [401, 200], 'a disabled user is rejected even with a token issued before')
    t.match((await getMe(app, ada.access_token)).json(), {
      code: 'invalid_token',
      detail: 'Could not validate credentials',
    })
    await change("update users set disabled = 0 where username = 'ada'")
    t.strictSame(await statuses(), [200, 200])

    await change("delete from sessions where user_id = (select id from users where username = 'ada')")
    t.strictSame(await statuses(), [401, 200], 'an ended session')
    await change("update sessions set expires_at = 1 where user_id = (select id from users where username = 'eve')")
    t.strictSame(await statuses(), [401, 401], 'an expired session')
  },
)

onBoth(t, 'a deleted user is rejected at once', async (t, database) => {
  const { app, change } = await buildWithSql(t, database)
  const ada = await signedUp(app, 'ada')
  await change('delete from sessions')
  await change('delete from users')
  t.equal((await getMe(app, ada.access_token)).statusCode, 401)
})

t.test('the token is read from the Authorization header only, after Bearer in any case', async (t) => {
  const { app } = await build(t)
  const { access_token } = await signedUp(app, 'ada')
  const responses: Array<[authorization: string, status: number, code?: string]> = [
    [`Bearer ${access_token}`, 200],
    [`bearer ${access_token}`, 200],
    [`BEARER   ${access_token} `, 200],
    [access_token, 401, 'not_authenticated'],
    [`Basic ${access_token}`, 401, 'not_authenticated'],
    [`Token ${access_token}`, 401, 'not_authenticated'],
    [`Bearer${access_token}`, 401, 'not_authenticated'],
    ['Bearer', 401, 'not_authenticated'],
    ['', 401, 'not_authenticated'],
    ['Bearer ', 401],
    [`Bearer ${access_token},${access_token}`, 401, 'invalid_token'],
    [`Bearer "${access_token}"`, 401, 'invalid_token'],
    [`Bearer Bearer ${access_token}`, 401, 'invalid_token'],
  ]
  for (const [authorization, status, code] of responses) {
    const response = await app.inject({ url: '/auth/users/me', headers: { authorization } })
    const what = authorization.replaceAll(access_token, '…')
    t.equal(response.statusCode, status, what)
    if (status === 401) t.match(response.headers['www-authenticate'], /^Bearer/, what)
    if (code !== undefined) t.equal(response.json().code, code, what)
  }
  for (const url of [`/auth/users/me?access_token=${access_token}`, `/auth/users/me?token=${access_token}`]) {
    t.equal((await app.inject({ url })).statusCode, 401, 'not in the URL')
  }
  t.equal((await app.inject({ url: '/auth/users/me', cookies: { access_token } })).statusCode, 401, 'not in a cookie')
})

t.test('no spelling of the URL bypasses the guard (F3)', async (t) => {
  const { app } = await build(t)
  const { access_token } = await signedUp(app, 'ada')
  const found = [
    '/auth/users/me',
    '/auth/users/me/',
    '/auth/%75sers/me',
    '/auth/users/%6d%65',
    '/%61uth/users/me',
    '/auth/users/me?',
    '/auth/users/me#x',
  ]
  const lost = [
    '//auth/users/me',
    '/auth//users/me',
    '/auth/users/me//',
    '/AUTH/users/me',
    '/auth/Users/me',
    '/auth/users/me;/',
    '/auth/users%2fme',
    '/users/me',
  ]
  // These address another user and require `users:read`.
  const others = [
    '/auth/users/ME',
    '/auth/users/me;x',
    '/auth/users/me%2f',
    '/auth/users/me%00',
    '/auth/users/me%20',
    '/auth/users/me.json',
  ]
  for (const method of ['GET', 'HEAD'] as const) {
    const statuses = async (urls: string[], headers = {}) =>
      Promise.all(urls.map(async (url) => (await app.inject({ method, url, headers })).statusCode))
    const authorization = `Bearer ${access_token}`
    t.strictSame(
      await statuses(found),
      found.map(() => 401),
      `${method} without a token`,
    )
    t.strictSame(
      await statuses(found, { authorization }),
      found.map(() => 200),
      `${method} with a token`,
    )
    t.strictSame(
      await statuses(lost),
      lost.map(() => 404),
      `${method} of an unknown path`,
    )
    t.strictSame(
      await statuses(lost, { authorization }),
      lost.map(() => 404),
      `${method} of an unknown path with a token`,
    )
    t.strictSame(
      await statuses(others),
      others.map(() => 401),
      `${method} of another user`,
    )
    t.strictSame(
      await statuses(others, { authorization }),
      others.map(() => 403),
      `${method} of another user with a token`,
    )
  }
  t.equal((await app.inject({ method: 'PATCH', url: '/auth/users/me', payload: {} })).statusCode, 401, 'PATCH')
  t.equal(
    (await app.inject({ method: 'DELETE', url: '/auth/users/me' })).statusCode,
    401,
    'DELETE exists for other users only',
  )
  for (const [method, status] of [
    ['POST', 405],
    ['PUT', 405],
    ['OPTIONS', 204],
  ] as const) {
    t.equal((await app.inject({ method, url: '/auth/users/me' })).statusCode, status, method)
  }
})
