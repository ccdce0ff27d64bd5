import { decodeJwt } from 'jose'
import t from 'tap'
import { withEnds } from '../../support/spellings.ts'
import {
  build,
  buildWithSql,
  getMe,
  multipartOf,
  onBoth,
  postForm,
  register,
  secretFor,
  signedUp,
  signIn,
} from '../../support/build.ts'

onBoth(t, 'a sign-in begins a session; its response must not be stored', async (t, database) => {
  const { app, count } = await buildWithSql(t, database)
  await register(app, 'ada')
  t.equal(await count('sessions'), 0)
  const response = await signIn(app, 'ada')
  t.equal(response.statusCode, 200)
  t.strictSame(Object.keys(response.json()).sort(), [
    'access_token',
    'device_token',
    'expires_in',
    'refresh_token',
    'scope',
    'token_type',
  ])
  t.equal(response.headers['cache-control'], 'no-store')
  t.equal(response.headers.pragma, 'no-cache')
  t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  t.equal(await count('sessions'), 1)

  await signIn(app, 'ada')
  t.equal(await count('sessions'), 2, 'each sign-in begins its own session')
})

onBoth(
  t,
  'a username is accepted in any spelling that folds to it, with any invisible ends (A1)',
  async (t, database) => {
    const { app } = await build(t, { database })
    await register(app, 'Ada Straße')
    for (const username of [
      'Ada Straße',
      'ada strasse',
      'ADA STRASSE',
      'ＡＤＡ ｓｔｒａßｅ',
      'Ada\u00a0STRASSE',
      ...withEnds('Ada Straße'),
    ]) {
      const response = await signIn(app, username, { password: secretFor('Ada Straße') })
      t.equal(response.statusCode, 200, username)
      t.equal((await getMe(app, response.json().access_token)).json().username, 'Ada Straße')
    }
    for (const username of ['Ada Strase', 'AdaStraße', 'Ada  Straße', 'Ada\u200b Straße']) {
      t.equal(
        (await signIn(app, username, { password: secretFor('Ada Straße') })).statusCode,
        401,
        JSON.stringify(username),
      )
    }
    const padded = `${secretFor('Ada Straße')} `
    t.equal((await signIn(app, 'Ada Straße', { password: padded })).statusCode, 401, 'a password is never trimmed')
  },
)

onBoth(
  t,
  'a wrong password, an unknown username and a disabled user look the same and begin no session (S6)',
  async (t, database) => {
    const { app, change, count } = await buildWithSql(t, database)
    await register(app, 'ada')
    await register(app, 'eve')
    await change("update users set disabled = 1 where username = 'eve'")

    const responses = [
      await signIn(app, 'ada', { password: secretFor('another') }),
      await signIn(app, 'nobody'),
      await signIn(app, 'eve'),
      await signIn(app, 'eve', { scope: 'users:write' }),
    ].map(({ statusCode, headers: { date, ...headers }, body }) => ({ statusCode, headers, body }))
    for (const response of responses) t.strictSame(response, responses[0])
    t.match(responses[0], { statusCode: 401, headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' } })
    t.strictSame(JSON.parse(responses[0]!.body), {
      error: 'invalid_grant',
      error_description: 'Incorrect username or password',
      detail: 'Incorrect username or password',
      code: 'invalid_grant',
    })
    t.equal(await count('sessions'), 0)
  },
)

t.test('without a named scope, everything except administration is granted', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  const scopeOf = async (fields: Record<string, string> = {}) => {
    const { access_token, scope } = (await signIn(app, 'ada', fields)).json()
    t.equal(decodeJwt(access_token).scope, scope, 'the token has the same scope')
    return scope
  }
  t.equal(await scopeOf(), 'account')
  t.equal(await scopeOf({ scope: '' }), 'account', 'an empty scope counts as absent')
  t.equal(await scopeOf({ scope: ' ' }), 'account')
  t.equal(await scopeOf({ scope: 'account account' }), 'account')

  await change("update users set scopes = 'posts:write users:read audit:read' where username = 'ada'")
  t.equal(await scopeOf(), 'account posts:write')
  t.equal(await scopeOf({ scope: 'account' }), 'account')
  t.equal(await scopeOf({ scope: 'users:read account' }), 'users:read account')
})

t.test('a sign-in does not grant a scope that the user lacks', async (t) => {
  const { app, change, count } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  await change("update users set scopes = 'users:read' where username = 'ada'")
  for (const scope of [
    'admin',
    'users:write',
    'account users:write',
    'users:read users:write',
    'users',
    'users:',
    'ACCOUNT',
    'account\tusers:read',
    'account,users:read',
    '*',
    '__proto__',
    'constructor',
  ]) {
    const response = await signIn(app, 'ada', { scope })
    t.equal(response.statusCode, 400, scope)
    t.match(
      response.json(),
      {
        error: 'invalid_scope',
        code: 'invalid_scope',
        error_description: String,
        detail: response.json().error_description,
      },
      scope,
    )
    t.equal(response.headers['www-authenticate'], undefined)
  }
  t.equal(await count('sessions'), 0)
  const detailOf = async (scope: string) => (await signIn(app, 'ada', { scope })).json().detail
  t.match(await detailOf('me'), /scope me is not available/, 'the scope is named (A11)')
  t.match(await detailOf('account me users:read items'), /scopes me, items are not available/)
  t.notMatch(await detailOf('m\u00e9'), /é/, 'unless it is malformed')
})

t.test('a token without the account scope cannot read the account, and the response names the scope', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  await change("update users set scopes = 'posts:write' where username = 'ada'")
  const { access_token } = (await signIn(app, 'ada', { scope: 'posts:write' })).json()
  const response = await getMe(app, access_token)
  t.equal(response.statusCode, 403)
  t.match(response.json(), { status: 403, code: 'insufficient_scope' })
  t.equal(response.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="account"')
})

t.test('a form may be sent as multipart/form-data, as FormData and other clients write it (A2)', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  const fields = { username: 'ada', password: secretFor('ada'), grant_type: 'password', scope: '' }
  const fromBrowser = await multipartOf(fields)
  const fromDotNet = Object.entries(fields).map(
    ([name, value]) =>
      '--a b\r\nContent-Type: text/plain; charset=utf-8\r\n' +
      `Content-Disposition: form-data; name=${name}\r\n\r\n${value}\r\n`,
  )
  const sent = {
    'a browser': fromBrowser,
    '.NET': {
      headers: { 'content-type': 'multipart/form-data; boundary="a b"' },
      payload: `${fromDotNet.join('')}--a b--\r\n`,
    },
  }
  for (const [client, parts] of Object.entries(sent)) {
    const post = (url: string) => app.inject({ method: 'POST', url, ...parts })
    const response = await post('/auth/token')
    t.equal(response.statusCode, 200, client)
    t.equal((await getMe(app, response.json().access_token)).json().username, 'ada')
    for (const url of ['/auth/revoke', '/auth/introspect']) {
      t.strictSame((await post(url)).json().errors, [{ path: '/token', message: 'is required' }], url)
    }
  }
})

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

/** Sends valid credentials of ada as another client. */
function postAs(app: Parameters<typeof postForm>[0], fields: Record<string, string>, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization }
  return postForm(app, '/auth/token', { username: 'ada', password: secretFor('ada'), ...fields }, headers)
}

t.test('the first-party client has no client_id, an empty one, or latchkey', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  const fields = [{}, { client_id: '' }, { client_id: 'latchkey' }, { client_id: 'latchkey', client_secret: '' }]
  for (const each of fields) t.equal((await postAs(app, each)).statusCode, 200, JSON.stringify(each))
  t.equal(basic(':'), 'Basic Og==', 'Swagger UI sends an empty name and secret')
  for (const authorization of ['Basic Og==', 'basic Og==', basic('latchkey:'), basic('latchkey')]) {
    const response = await postAs(app, {}, authorization)
    t.equal(response.statusCode, 200, authorization)
    t.equal(decodeJwt(response.json().access_token).client_id, 'latchkey')
  }
  t.equal((await postAs(app, { client_id: 'latchkey' }, basic('latchkey:'))).statusCode, 200)
})

t.test('any other client is rejected before the password check, and learns what to leave out (A4)', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  const strangers = {
    'the client of the FastAPI documentation page': await postAs(app, { client_id: 'string', client_secret: 'string' }),
    'a client_id': await postAs(app, { client_id: 'another' }),
    'a client_id in capitals': await postAs(app, { client_id: 'Latchkey' }),
    'a blank client_id': await postAs(app, { client_id: ' ' }),
    'a client_id with a secret': await postAs(app, { client_id: 'another', client_secret: secretFor('another') }),
    'a Basic header': await postAs(app, {}, basic('another:')),
    'a Basic header with a secret': await postAs(app, {}, basic(`another:${secretFor('another')}`)),
    'a Basic header that is not base64': await postAs(app, {}, 'Basic !%$ another'),
    'a Basic header beside the first-party client_id': await postAs(app, { client_id: 'latchkey' }, basic('another:')),
    'a client_id beside the first-party Basic header': await postAs(app, { client_id: 'another' }, basic('latchkey:')),
    'a client_id beside an empty Basic header': await postAs(app, { client_id: 'another' }, 'Basic Og=='),
    'a client_id beside a wrong password': await postAs(app, { client_id: 'another', password: secretFor('another') }),
  }
  for (const [client, response] of Object.entries(strangers)) {
    t.equal(response.statusCode, 401, client)
    t.equal(response.headers['www-authenticate'], 'Basic realm="latchkey"', client)
    t.match(
      response.json(),
      {
        error: 'invalid_client',
        code: 'invalid_client',
        error_description: String,
        detail: /First-party apps omit client_id/,
      },
      client,
    )
  }
})

t.test('another authorization scheme counts as the first-party client', async (t) => {
  const { app } = await build(t)
  const { access_token } = await signedUp(app, 'ada')
  t.equal((await postAs(app, {}, `Bearer ${access_token}`)).statusCode, 200)
})

t.test('an unknown grant type is rejected with its own error', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  for (const grant_type of [
    'authorization_code',
    'client_credential',
    'REFRESH_TOKEN',
    'Password',
    'password ',
    '__proto__',
  ]) {
    const response = await postAs(app, { grant_type })
    t.equal(response.statusCode, 400, grant_type)
    t.match(response.json(), {
      error: 'unsupported_grant_type',
      code: 'unsupported_grant_type',
      errors: [{ path: '/grant_type', message: String }],
    })
  }
})

t.test('unknown parameters are ignored, even repeated ones (RFC 6749 3.2)', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  const credentials = new URLSearchParams({ username: 'ada', password: secretFor('ada') }).toString()
  for (const more of [
    'x=1',
    'x=1&x=2',
    'x[]=1',
    'x[y]=1',
    '__proto__=1',
    'constructor=1',
    'scopes=users:write',
    '=',
    'x',
    'password[]=1',
    '&&',
  ]) {
    const response = await app.inject({
      method: 'POST',
      url: '/auth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `${credentials}&${more}`,
    })
    t.equal(response.statusCode, 200, more)
    t.equal(response.json().scope, 'account', more)
  }
  for (const more of [{ x: 1 }, { x: ['a', 'b'] }, { x: { y: null } }, { constructor: 1 }]) {
    const response = await app.inject({
      method: 'POST',
      url: '/auth/token',
      payload: { username: 'ada', password: secretFor('ada'), ...more },
    })
    t.equal(response.statusCode, 200, JSON.stringify(more))
  }
  t.equal(
    (
      await postForm(app, '/auth/token?username=eve&scope=users:write', { username: 'ada', password: secretFor('ada') })
    ).json().scope,
    'account',
    'the query is ignored',
  )
})

t.test('no log line contains the name typed at a failed sign-in', async (t) => {
  const { app, lines } = await build(t)
  const typed = secretFor('a password in the wrong field')
  t.equal((await signIn(app, typed)).statusCode, 401)
  t.equal((await signIn(app, `${typed}\u0000`)).statusCode, 400)
  await postForm(app, `/auth/token?username=${encodeURIComponent(typed)}`, { username: typed })
  t.ok(lines.length >= 3)
  t.notMatch(lines.join(''), /wrong(%20|\+| )field/)
})
