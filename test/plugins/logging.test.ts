import t from 'tap'
import { build, getMe, postForm, register, secretFor, signedUp, signIn } from '../support/build.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

t.test('each request is one line of JSON with the method, the path, the client address and the status', async (t) => {
  const { app, lines } = await build(t)
  const ada = await signedUp(app, 'ada')
  await getMe(app, ada.access_token)
  await app.inject({ url: '/auth/users/me' })
  await app.inject({ url: '/nowhere' })
  await app.inject({ method: 'HEAD', url: '/health/live' })
  await app.inject({ url: '/auth/%ZZ' })

  t.ok(lines.every((line) => /^\{[^\n]*\}\n$/.test(line)))
  const logged = requestLinesIn(lines)
  t.match(logged, [
    { method: 'POST', path: '/auth/users', status: 201 },
    { method: 'POST', path: '/auth/token', status: 200 },
    { method: 'GET', path: '/auth/users/me', status: 200 },
    { method: 'GET', path: '/auth/users/me', status: 401 },
    { method: 'GET', path: '/nowhere', status: 404 },
    { method: 'HEAD', path: '/health/live', status: 200 },
    { method: 'GET', path: '/auth/%ZZ', status: 400 },
  ])
  for (const line of logged) {
    const level = line.path === '/health/live' ? 20 : 30
    t.match(line, { reqId: uuid, address: '127.0.0.1', ms: Number, level, msg: 'request completed', time: Number })
  }
  t.equal(new Set(logged.map(({ reqId }) => reqId)).size, logged.length)
})

t.test('the query, which may contain secrets, is not logged', async (t) => {
  const { app, lines } = await build(t)
  const query = `access_token=${encodeURIComponent(secretFor('query'))}`
  for (const url of ['/auth/users/me', '/auth/token', '/nowhere', '/auth/%ZZ', '/docs/', '/health/live']) {
    await app.inject({ url: `${url}?${query}` })
  }
  await app.inject({ url: `/?x?${query}` })
  t.equal(requestLinesIn(lines).length, 7)
  t.notMatch(lines.join(''), /\?|access_token|not-for-logs/)
})

t.test('passwords, tokens and names entered at a failed sign-in are not logged', async (t) => {
  const { app, lines } = await build(t, { environment: { LOG_LEVEL: 'debug' } })
  const ada = await signedUp(app, 'ada')
  await getMe(app, ada.access_token)
  await getMe(app, `${ada.access_token}x`)
  await signIn(app, secretFor('a password typed as a name'))
  await postForm(
    app,
    '/auth/token',
    { password: secretFor('ada') },
    { authorization: `Basic ${secretFor('basic')}`, cookie: secretFor('cookie') },
  )
  await register(app, 'ada', { surprise: secretFor('surprise') })
  t.equal(requestLinesIn(lines).length, 7)
  t.notMatch(lines.join(''), /not-for-logs|eyJ/)
})

t.test('a logged secret is redacted at any depth of an object', async (t) => {
  const { app, lines } = await build(t)
  const secret = secretFor('logged')
  lines.splice(0)
  const names = [
    'password',
    'token',
    'access_token',
    'refresh_token',
    'client_secret',
    'secret',
    'current_password',
    'new_password',
    'device_token',
    'authorization',
    'cookie',
    'set-cookie',
    'Authorization',
    'Cookie',
  ]
  for (const name of names) {
    app.log.info({ at: 'the top', [name]: secret })
    app.log.info({ at: 'the second level', body: { [name]: secret } })
    app.log.info({ at: 'the third level', request: { headers: { [name]: secret } } })
    app.log.info({ at: 'the fourth level', one: { two: { three: { [name]: secret } } } })
    app.log.info({ at: 'a list', list: [{ [name]: [secret] }] })
    const leaks = lines.splice(0).filter((line) => !line.includes('[redacted]') || line.includes('not-for-logs'))
    t.strictSame(
      leaks.map((line) => JSON.parse(line).at),
      [],
      name,
    )
  }
})

t.test('a logged error keeps its stack and cause, but not the properties a driver adds', async (t) => {
  const { app, lines } = await build(t)
  lines.splice(0)
  const cause = Object.assign(new Error('inner'), {
    code: '23505',
    detail: secretFor('detail'),
    parameters: [secretFor('parameter')],
  })
  app.log.error({ err: new Error('outer', { cause }) })
  app.log.error({ err: 'not an error' })
  const [error, text] = lines.map((line) => JSON.parse(line))
  t.match(error.err, {
    message: 'outer',
    stack: /\n {4}at /,
    cause: { message: 'inner', code: '23505', stack: /\n {4}at / },
  })
  t.match(text.err, { message: 'not an error' })
  t.notMatch(lines.join(''), 'not-for-logs')
})

t.test('LOG_LEVEL is the least severe level that is logged', async (t) => {
  for (const [LOG_LEVEL, written] of [
    ['info', ['database migrated', 'request completed', 'an error']],
    ['error', ['an error']],
    ['silent', []],
  ] as const) {
    const { app, lines } = await build(t, { environment: { LOG_LEVEL } })
    await app.inject({ url: '/health/live' })
    await app.inject({ url: '/nowhere' })
    app.log.error('an error')
    t.strictSame(
      lines.map((line) => JSON.parse(line).msg).filter((message) => message !== 'event'),
      written,
    )
  }
})

t.test('a request id is generated, whatever the client sends', async (t) => {
  const { app, lines } = await build(t)
  await app.inject({ url: '/health/live', headers: { 'request-id': 'theirs', 'x-request-id': 'theirs' } })
  t.notMatch(lines.join(''), 'theirs')
})

/** The lines about requests, without those about events. */
function requestLinesIn(lines: string[]) {
  return lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request completed')
}
