import { gzipSync } from 'node:zlib'
import t from 'tap'
import { build, buildWithSql, register, secretFor, signIn } from '../support/build.ts'
import { ask, userWithScopes } from '../support/administration.ts'
import {
  checkOAuthError,
  checkProblem,
  deep,
  form,
  json,
  requestOf,
  typesOfJson,
  unreadable,
  type Bad,
} from '../support/bad-requests.ts'
import { documentOf, operationsOf } from '../support/openapi.ts'

const password = secretFor('ada')

/** Rejected by registration and sign-in alike. */
const credentials: Bad[] = [
  ...unreadable({ username: 'ada', password }),
  { what: 'an empty object', type: json, body: {}, status: 400, paths: ['/password', '/username'] },
  { what: 'an empty form', type: form, body: '&&', status: 400, paths: ['/password', '/username'] },
  { what: 'no username', type: json, body: { password }, status: 400, paths: ['/username'] },
  { what: 'no password', type: json, body: { username: 'ada' }, status: 400, paths: ['/password'] },
  {
    what: 'a username that is a number',
    type: json,
    body: { username: 1, password },
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'a username that is null',
    type: json,
    body: { username: null, password },
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'a username in a list',
    type: json,
    body: { username: ['ada'], password },
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'a password that is an object',
    type: json,
    body: { username: 'ada', password: { $ne: '' } },
    status: 400,
    paths: ['/password'],
  },
  {
    what: 'a password that is true',
    type: json,
    body: { username: 'ada', password: true },
    status: 400,
    paths: ['/password'],
  },
  {
    what: 'a deeply nested password',
    type: json,
    body: `{"username":"ada","password":${deep}}`,
    status: 400,
    paths: ['/password'],
  },
  {
    what: 'a repeated username',
    type: form,
    body: `username=ada&username=eve&password=${password}`,
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'a username repeated with the same value',
    type: form,
    body: `username=ada&username=ada&password=${password}`,
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'a repeated password',
    type: form,
    body: `username=ada&password=${password}&password=${password}`,
    status: 400,
    paths: ['/password'],
  },
  {
    what: 'an oversized username',
    type: json,
    body: { username: 'x'.repeat(1025), password },
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'an oversized password',
    type: json,
    body: { username: 'ada', password: password.padEnd(1025) },
    status: 400,
    paths: ['/password'],
  },
  {
    what: 'NUL in a username',
    type: form,
    body: `username=a%00&password=${password}`,
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'an empty username and password',
    type: form,
    body: 'username=&password=',
    status: 400,
    paths: ['/password', '/username'],
  },
]

const registration: Bad[] = [
  {
    what: 'a username in brackets (F4)',
    type: form,
    body: `username[]=ada&password=${password}`,
    status: 400,
    paths: ['/username', '/username[]'],
  },
  {
    what: 'a password in brackets (F4)',
    type: form,
    body: 'username=ada&password[]=x',
    status: 400,
    paths: ['/password', '/password[]'],
  },
  {
    what: 'unknown fields',
    type: json,
    body: { username: 'ada', password, admin: true, 'a/b~c': 1 },
    status: 400,
    paths: ['/admin', '/a~1b~0c'],
  },
  {
    what: 'an unknown field in a form',
    type: form,
    body: `username=ada&password=${password}&admin=1`,
    status: 400,
    paths: ['/admin'],
  },
  {
    what: 'a parameter of another route',
    type: form,
    body: `username=ada&password=${password}&grant_type=password`,
    status: 400,
    paths: ['/grant_type'],
  },
  {
    what: '__proto__ in JSON (F4)',
    type: json,
    body: `{"username":"ada","password":"${password}","__proto__":{"polluted":1}}`,
    status: 400,
    paths: ['/__proto__'],
  },
  {
    what: 'constructor.prototype in JSON (F4)',
    type: json,
    body: `{"username":"ada","password":"${password}","constructor":{"prototype":{"polluted":1}}}`,
    status: 400,
    paths: ['/constructor'],
  },
  {
    what: '__proto__ in a field (F4)',
    type: json,
    body: `{"username":{"__proto__":{"polluted":1}},"password":"${password}"}`,
    status: 400,
    paths: ['/username'],
  },
  {
    what: '__proto__ in a form (F4)',
    type: form,
    body: `username=ada&password=${password}&__proto__=1`,
    status: 400,
    paths: ['/__proto__'],
  },
  {
    what: '__proto__ in brackets (F4)',
    type: form,
    body: `username=ada&password=${password}&__proto__[polluted]=1`,
    status: 400,
    paths: ['/__proto__[polluted]'],
  },
  {
    what: 'constructor.prototype in a form (F4)',
    type: form,
    body: `username=ada&password=${password}&constructor.prototype=1`,
    status: 400,
    paths: ['/constructor.prototype'],
  },
  {
    what: 'a query',
    type: json,
    body: { username: 'ada', password },
    query: '?admin=1',
    status: 400,
    paths: ['/admin'],
  },
  {
    what: '__proto__ in the query (F4)',
    type: json,
    body: { username: 'ada', password },
    query: '?__proto__[polluted]=1',
    status: 400,
    paths: ['/__proto__[polluted]'],
  },
  {
    what: 'everything in the query',
    query: `?username=ada&password=${encodeURIComponent(password)}`,
    status: 400,
    paths: [''],
  },
  {
    what: 'an empty e-mail',
    type: json,
    body: { username: 'ada', password, email: '' },
    status: 400,
    paths: ['/email'],
  },
  {
    what: 'an invalid e-mail',
    type: json,
    body: { username: 'ada', password, email: 'ada' },
    status: 400,
    paths: ['/email'],
  },
  {
    what: 'a repeated e-mail',
    type: form,
    body: `username=ada&password=${password}&email=a@b.c&email=a@b.c`,
    status: 400,
    paths: ['/email'],
  },
  {
    what: 'a name that is null',
    type: json,
    body: { username: 'ada', password, name: null },
    status: 400,
    paths: ['/name'],
  },
  {
    what: 'an oversized name',
    type: json,
    body: { username: 'ada', password, name: 'x'.repeat(129) },
    status: 400,
    paths: ['/name'],
  },
]

const partsOf = (...parts: string[]) =>
  [...parts.map((part) => `--x\r\ncontent-disposition: form-data; ${part}\r\n`), '--x--\r\n'].join('')
const multipart = 'multipart/form-data; boundary=x'
const [usernamePart, passwordPart] = ['name="username"\r\n\r\nada', `name="password"\r\n\r\n${password}`]

/** Multipart forms that the OAuth endpoints reject. */
const badParts: Bad[] = [
  { what: 'a part missing (A2)', type: multipart, body: partsOf(usernamePart), status: 400, paths: ['/password'] },
  {
    what: 'a part repeated (A2)',
    type: multipart,
    body: partsOf(usernamePart, usernamePart, passwordPart),
    status: 400,
    paths: ['/username'],
  },
  {
    what: '__proto__ in a part (A2)',
    type: multipart,
    body: partsOf('name="__proto__"\r\n\r\nx', usernamePart),
    status: 400,
    paths: ['/password'],
  },
  {
    what: 'NUL in a part (A2)',
    type: multipart,
    body: partsOf('name="username"\r\n\r\na\0', passwordPart),
    status: 400,
    paths: ['/username'],
  },
  {
    what: 'a file (A2)',
    type: multipart,
    body: partsOf(usernamePart, passwordPart, 'name="picture"; filename="a.txt"\r\n\r\nx'),
    status: 400,
  },
  {
    what: 'a file as a field (A2)',
    type: multipart,
    body: partsOf(usernamePart, `name="password"; filename="p"\r\n\r\n${password}`),
    status: 400,
  },
  { what: 'no boundary (A2)', type: 'multipart/form-data', body: partsOf(usernamePart, passwordPart), status: 400 },
  { what: 'no boundary, empty (A2)', type: 'multipart/form-data', body: '', status: 400 },
  { what: 'another boundary (A2)', type: 'multipart/form-data; boundary=y', body: partsOf(usernamePart), status: 400 },
  { what: 'parts cut off (A2)', type: multipart, body: partsOf(usernamePart, passwordPart).slice(0, -20), status: 400 },
  {
    what: 'oversized parts (A2)',
    type: multipart,
    body: partsOf(usernamePart, passwordPart, `name="x"\r\n\r\n${'x'.repeat(16 * 1024)}`),
    status: 413,
  },
]

const signInForms: Bad[] = [
  {
    what: 'a password in brackets (F4)',
    type: form,
    body: 'username=ada&password[]=x',
    status: 400,
    paths: ['/password'],
  },
  {
    what: 'a repeated grant_type',
    type: form,
    body: `username=ada&password=${password}&grant_type=password&grant_type=password`,
    status: 400,
    paths: ['/grant_type'],
  },
  {
    what: 'a repeated scope',
    type: form,
    body: `username=ada&password=${password}&scope=account&scope=account`,
    status: 400,
    paths: ['/scope'],
  },
  {
    what: 'a repeated client_id',
    type: form,
    body: `username=ada&password=${password}&client_id=latchkey&client_id=latchkey`,
    status: 400,
    paths: ['/client_id'],
  },
  {
    what: 'a grant_type that is a number',
    type: json,
    body: { username: 'ada', password, grant_type: 1 },
    status: 400,
    paths: ['/grant_type'],
  },
  {
    what: 'a scope that is a list',
    type: json,
    body: { username: 'ada', password, scope: ['account'] },
    status: 400,
    paths: ['/scope'],
  },
  {
    what: 'an oversized scope',
    type: form,
    body: `username=ada&password=${password}&scope=${'x'.repeat(1025)}`,
    status: 400,
    paths: ['/scope'],
  },
  {
    what: 'a client_id that is null',
    type: json,
    body: { username: 'ada', password, client_id: null },
    status: 400,
    paths: ['/client_id'],
  },
  {
    what: 'NUL in the scope',
    type: form,
    body: `username=ada&password=${password}&scope=%00`,
    status: 400,
    paths: ['/scope'],
  },
  {
    what: 'everything in the query',
    query: `?username=ada&password=${encodeURIComponent(password)}`,
    status: 400,
    paths: [''],
  },
]

t.test('bad registrations are rejected by field, and nothing is written', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  for (const bad of [...credentials, ...registration]) {
    const response = await app.inject(requestOf('/auth/users', bad))
    t.equal(response.statusCode, bad.status, bad.what)
    checkProblem(t, response, bad)
  }
  t.equal(await count('users'), 0)
})

t.test('bad sign-ins are rejected by field in the shape of OAuth 2.0, and begin no session', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  for (const bad of [...credentials, ...signInForms, ...badParts]) {
    const response = await app.inject(requestOf('/auth/token', bad))
    t.equal(response.statusCode, bad.status, bad.what)
    checkOAuthError(t, response, bad)
  }
  t.equal(await count('sessions'), 0)
  t.equal((await signIn(app, 'ada')).statusCode, 200, 'a valid sign-in still succeeds')
})

t.test('an unsupported or compressed body is a 415 that lists the accepted types (A2)', async (t) => {
  const { app } = await build(t)
  const types = 'application/json, application/x-www-form-urlencoded'
  for (const [url, accepted] of [
    ['/auth/users', types],
    ['/auth/token', `${types}, multipart/form-data`],
    ['/auth/introspect', `${types}, multipart/form-data`],
  ] as const) {
    for (const type of ['text/plain', 'application/json\ta', '', ...(accepted === types ? [multipart] : [])]) {
      const headers = { 'content-type': type }
      const response = await app.inject({ method: 'POST', url, headers, payload: partsOf(usernamePart) })
      t.match(
        { status: response.statusCode, accept: response.headers.accept, detail: response.json().detail },
        { status: 415, accept: accepted, detail: `Accepted types: ${accepted}.` },
        `${type} to ${url}`,
      )
    }
    const payload = gzipSync(JSON.stringify({ username: 'ada', password }))
    const headers = { 'content-type': json, 'content-encoding': 'gzip' }
    const response = await app.inject({ method: 'POST', url, headers, payload })
    t.match(
      { status: response.statusCode, encoding: response.headers['accept-encoding'], detail: response.json().detail },
      { status: 415, encoding: 'identity', detail: /without Content-Encoding/ },
      url,
    )
  }
})

t.test('no spelling of a content type bypasses the schema (F1)', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  for (const [type, status] of typesOfJson) {
    for (const url of ['/auth/users', '/auth/token']) {
      const response = await app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': type },
        payload: JSON.stringify({ username: { ada: 1 }, password }),
      })
      t.equal(response.statusCode, status, `${JSON.stringify(type)} to ${url}`)
      t.strictSame(
        response.json().errors,
        status === 400 ? [{ path: '/username', message: 'must be a string, not a list or another type' }] : undefined,
      )
    }
  }
  t.equal(await count('users'), 0)
})

t.test('hidden keys change nothing at the token endpoint (F4)', async (t) => {
  const { app } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  for (const field of [
    '"__proto__":{"polluted":1,"scope":"users:write"}',
    '"constructor":{"prototype":{"polluted":1}}',
    '"__proto__":null',
    '"a":{"__proto__":{"polluted":1}}',
  ]) {
    const response = await app.inject({
      method: 'POST',
      url: '/auth/token',
      headers: { 'content-type': json },
      payload: `{"username":"ada","password":"${password}",${field}}`,
    })
    t.ok([200, 400].includes(response.statusCode), field)
    if (response.statusCode === 200) t.equal(response.json().scope, 'account', field)
    t.equal(Reflect.get({}, 'polluted'), undefined, field)
    t.equal(Reflect.get({}, 'scope'), undefined, field)
  }
})

t.test('the last of repeated JSON keys counts for every parser (F4)', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  const headers = { 'content-type': json }
  const created = await app.inject({
    method: 'POST',
    url: '/auth/users',
    headers,
    payload: `{"username":"eve","username":"ada","password":"short","password":"${password}"}`,
  })
  t.match(created.json(), { username: 'ada' })
  t.equal(await count('users'), 1)
  t.equal((await signIn(app, 'ada')).statusCode, 200)
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/auth/users',
        headers,
        payload: `{"username":"eve","password":"${password}","password":1}`,
      })
    ).statusCode,
    400,
  )
})

t.test('a body that does not match its content type is not echoed', async (t) => {
  const { app, count } = await buildWithSql(t, 'sqlite')
  const bodies = [
    JSON.stringify({ username: 'ada', password: 'not-for-logs, this' }),
    'a=1&not-for-logs, this',
    'not-for-logs+this',
    '=not-for-logs',
    'password:not-for-logs',
    `${'x'.repeat(60)}not-for-logs`,
  ]
  for (const body of bodies) {
    for (const url of ['/auth/users', '/auth/token']) {
      const response = await app.inject({ method: 'POST', url, headers: { 'content-type': form }, payload: body })
      t.equal(response.statusCode, 400, body)
      t.match(response.json().errors, [{ path: String, message: /\w/ }])
      t.notMatch(response.body, /not-for|this/, body)
    }
  }
  t.equal(await count('users'), 0)
})

t.test('routes without query parameters reject any query by name (F4)', async (t) => {
  const { app } = await buildWithSql(t, 'sqlite')
  await register(app, 'ada')
  const authorization = `Bearer ${(await signIn(app, 'ada')).json().access_token}`
  const queries: Array<[query: string, path: string]> = [
    ['x', '/x'],
    ['x=', '/x'],
    ['x=1', '/x'],
    ['x=1&x=2', '/x'],
    ['x[]=1', '/x[]'],
    ['x[y]=1', '/x[y]'],
    ['x=%00', '/x'],
    ['x=%zz', '/x'],
    ['__proto__=1', '/__proto__'],
    ['__proto__[polluted]=1', '/__proto__[polluted]'],
    ['constructor.prototype=1', '/constructor.prototype'],
    [`x=${'y'.repeat(8000)}`, '/x'],
  ]
  for (const url of ['/auth/users/me', '/auth/users/me/', '/auth/users/me/export', '/']) {
    for (const [query, path] of queries) {
      const response = await app.inject({ url: `${url}?${query}`, headers: { authorization } })
      t.equal(response.statusCode, 400, `${url} ${query}`)
      checkProblem(t, response, { what: `${url}?${query.slice(0, 50)}`, paths: [path] })
    }
    t.not(
      (await app.inject({ url: `${url}?`, headers: { authorization } })).statusCode,
      400,
      `${url} with an empty query`,
    )
  }
})

t.test('an unknown path is a 404 in the usual shape for every method', async (t) => {
  const { app } = await buildWithSql(t, 'sqlite')
  const places = [
    '/auth',
    '/auth/',
    '/auth/token/',
    '/auth/constructor',
    '/health',
    '/health/live/',
    '/nowhere',
    '/auth/nowhere?x=1',
    `/auth/${'x'.repeat(8000)}`,
  ]
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const) {
    for (const url of places) {
      const response = await app.inject({ method, url })
      t.equal(response.statusCode, 404, `${method} ${url.slice(0, 50)}`)
      checkProblem(t, response, { what: `${method} ${url.slice(0, 50)}` })
    }
  }
  for (const url of ['/nowhere', '/auth/nowhere']) {
    for (const [payload, type] of [
      ['{', json],
      [deep, json],
      ['x', 'text/plain'],
      ['', 'application/x-unknown'],
    ]) {
      const response = await app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': type },
        payload: payload ?? '',
      })
      t.ok([400, 404, 415].includes(response.statusCode), `${type} to ${url}`)
      checkProblem(t, response, { what: url })
    }
  }
  for (const url of ['/%ZZ', '/auth/%ZZ', '/auth/users/%E0%A4%A']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 400, url)
    checkProblem(t, response, { what: url })
  }
})

t.test('no query parameter accepts an infinite number (X6)', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  const { token } = await userWithScopes(app, change, 'users:read users:write audit:read clients:write keys:write')
  const numbers = operationsOf(await documentOf(app)).flatMap(({ place, operation: { parameters = [] } }) =>
    parameters
      .filter(({ in: part, schema: { type } }) => part === 'query' && /number|integer/.test(String(type)))
      .map(({ name }) => ({ place, name })),
  )
  t.ok(numbers.length >= 4)
  for (const { place, name } of numbers) {
    const [method, path = ''] = place.split(' ')
    t.equal(method, 'GET', place)
    for (const text of ['Infinity', '-Infinity', '1e309', '-1e309', 'NaN', '1e308', '0x7fffffff']) {
      const response = await ask(app, token, 'GET', `${path.replace('/auth', '')}?${name}=${text}`)
      t.match(response.json(), { status: 400, errors: [{ path: `/${name}` }] }, `${place} ${name}=${text}`)
    }
  }
})
