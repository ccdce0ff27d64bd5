import { decodeJwt } from 'jose'
import { createHash } from 'node:crypto'
import t from 'tap'
import { getMe, onBoth, postForm, refresh, registerClient, secretFor, signedUp } from '../../support/build.ts'
import {
  askToken,
  basic,
  buildWithClients,
  invalidClient,
  introspect,
  removeClient,
  tokenOf,
} from '../../support/clients.ts'
import { invalidToken, summaryOf } from '../../support/forged-tokens.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Percent-encodes every byte, which RFC 6749 2.3.1 permits. */
const percentEncoded = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

onBoth(t, 'a client gets a token for itself without a refresh token', async (t, database) => {
  const { app, clock, worker, count } = await buildWithClients(t, database)
  const sessions = await count('sessions')
  const response = await askToken(app, worker)
  const { access_token: token, ...others } = response.json()
  t.strictSame([response.statusCode, others], [200, { token_type: 'bearer', expires_in: 900, scope: 'posts:write' }])
  t.match(response.headers, { 'cache-control': 'no-store', pragma: 'no-cache' })

  const iat = Math.floor(clock.now() / 1000)
  const { jti, ...claims } = decodeJwt(token)
  t.match(jti, uuid)
  const issuer = 'http://localhost:3000/auth'
  t.strictSame(claims, {
    iss: issuer,
    sub: worker.id,
    aud: issuer,
    client_id: worker.id,
    iat,
    exp: iat + 900,
    scope: 'posts:write',
  })
  t.equal(await count('sessions'), sessions, 'it has no session')
})

t.test('a client authenticates by the header or the form, in each spelling (RFC 6749 2.3.1)', async (t) => {
  const {
    app,
    worker: { id, secret },
    change,
    lines,
  } = await buildWithClients(t, 'sqlite')
  const odd = secretFor('100 % à:la+carte & 😀')
  const oddId = 'client_made-by-hand-000000000'
  const hash = createHash('sha256').update(odd).digest('base64url')
  await change(
    'insert into clients (id, name, secret_hash, scopes, client_credentials, introspection, created_at) ' +
      `values ('${oddId}', 'odd', '${hash}', '', 1, 0, 0)`,
  )

  const encoded = new URLSearchParams({ '': odd }).toString().slice(1)
  const headers = {
    unencoded: basic(`${id}:${secret}`),
    'with hyphens and underscores encoded': basic(`${id}:${secret}`.replaceAll('-', '%2D').replaceAll('_', '%5F')),
    'with everything encoded': basic(`${percentEncoded(id)}:${percentEncoded(secret)}`),
    'without padding': basic(`${id}:${secret}`).replaceAll('=', ''),
    'in lower case': basic(`${id}:${secret}`).replace('Basic', 'basic'),
    'a secret with special characters': basic(`${oddId}:${encoded}`),
    'with spaces as %20': basic(`${oddId}:${encodeURIComponent(odd)}`),
  }
  for (const [name, authorization] of Object.entries(headers)) {
    t.equal((await askToken(app, { authorization })).statusCode, 200, name)
  }

  const credentials = { client_id: id, client_secret: secret }
  const byForm = (fields: Record<string, string>, authorization?: string) =>
    postForm(
      app,
      '/auth/token',
      { grant_type: 'client_credentials', ...fields },
      authorization === undefined ? {} : { authorization },
    )
  t.equal((await byForm(credentials)).statusCode, 200, 'the form')
  t.equal((await byForm({ client_id: oddId, client_secret: odd })).statusCode, 200, 'the form, with special characters')
  t.equal((await byForm(credentials, 'Basic Og==')).statusCode, 200, 'an empty header counts as none')
  t.equal(
    (await byForm({ client_id: id }, basic(`${id}:${secret}`))).statusCode,
    200,
    'the header, with the same client_id in the form',
  )
  t.equal(
    (await byForm({ client_id: id, client_secret: '' }, basic(`${id}:${secret}`))).statusCode,
    200,
    'an empty secret counts as none',
  )
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/auth/token',
        payload: { grant_type: 'client_credentials', ...credentials },
      })
    ).statusCode,
    200,
    'JSON',
  )
  t.notMatch(lines.join(''), secret)
})

t.test('two secrets at once are rejected, even if both are right', async (t) => {
  const { app, worker, resource } = await buildWithClients(t, 'sqlite')
  const { id, secret } = worker
  for (const url of ['/auth/token', '/auth/introspect', '/auth/revoke']) {
    for (const [client_secret, authorization] of [
      [secret, worker.authorization],
      [secretFor('another'), worker.authorization],
      [secret, basic(`${id}:${secretFor('another')}`)],
      [secret, basic(`:${secret}`)],
      [secret, resource.authorization],
    ]) {
      const response = await postForm(
        app,
        url,
        { grant_type: 'client_credentials', token: 'x', client_id: id, client_secret: String(client_secret) },
        { authorization: String(authorization) },
      )
      t.equal(response.statusCode, 400, url)
      t.match(response.json(), { error: 'invalid_request', code: 'invalid_request' })
    }
  }
})

t.test('no endpoint distinguishes an unknown client from a wrong secret', async (t) => {
  const { app, worker, resource } = await buildWithClients(t, 'sqlite')
  const wrong = {
    'an unknown client': { authorization: basic(`client_${'A'.repeat(22)}:${worker.secret}`) },
    'a wrong secret': { authorization: basic(`${worker.id}:${secretFor('another')}`) },
    'the secret of another client': { authorization: basic(`${worker.id}:${resource.secret}`) },
    'no secret': { authorization: basic(`${worker.id}:`) },
    'a secret with an extra character': { authorization: basic(`${worker.id}:${worker.secret}x`) },
    'a secret in capitals': { authorization: basic(`${worker.id}:${worker.secret.toUpperCase()}`) },
    'an id in capitals': { authorization: basic(`${worker.id.toUpperCase()}:${worker.secret}`) },
    'a secret without an id': { authorization: basic(`:${worker.secret}`) },
    'the first-party client with a secret': { authorization: basic(`latchkey:${worker.secret}`) },
    'a different client_id in the form': { authorization: worker.authorization, client_id: resource.id },
    'an empty header with a client_id in the form': { authorization: 'Basic Og==', client_id: worker.id },
  }
  for (const url of ['/auth/token', '/auth/introspect', '/auth/revoke']) {
    for (const [name, { authorization, ...fields }] of Object.entries(wrong)) {
      const response = await postForm(
        app,
        url,
        { grant_type: 'client_credentials', token: 'x', ...fields },
        { authorization },
      )
      t.strictSame(
        [response.statusCode, response.headers['www-authenticate'], response.json()],
        [401, 'Basic realm="latchkey"', invalidClient],
        `${name} at ${url}`,
      )
    }
  }
})

onBoth(t, 'odd names in the Basic header belong to no client', async (t, database) => {
  const { app, worker, lines } = await buildWithClients(t, database)
  const names = [
    'a\0b',
    '\0',
    `${worker.id}\0`,
    'x'.repeat(10_240),
    `client_${'x'.repeat(10_240)}`,
    '%ZZ',
    '%',
    '%00',
    '%c3',
    '%ff%fe',
    'ключ',
    '😀',
    '\ud800',
    `${worker.id}'--`,
    "' or 1=1 --",
    '__proto__',
    'constructor',
    ' latchkey',
    'latchkey ',
    '+',
    '*',
    `${worker.id}\n`,
    'client_%',
    `client_${'_'.repeat(22)}`,
    `client_${'%'.repeat(22)}`,
  ]
  const texts = [
    ...names.map((name) => `${name}:${worker.secret}`),
    ...names,
    worker.id,
    `${worker.id}${worker.secret}`,
    `${worker.id}:${worker.secret}:`,
    `${worker.id}:%ZZ`,
    `${worker.id}:\0`,
  ]
  const headers = [
    ...texts.map(basic),
    `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x41]).toString('base64')}`,
    `Basic ${worker.id}:${worker.secret}`,
  ]
  for (const authorization of headers) {
    for (const url of ['/auth/token', '/auth/introspect', '/auth/revoke']) {
      const response = await postForm(app, url, { grant_type: 'client_credentials', token: 'x' }, { authorization })
      t.strictSame(
        [response.statusCode, response.headers['www-authenticate'], response.json().error],
        [401, 'Basic realm="latchkey"', 'invalid_client'],
        `${url} ${authorization.slice(0, 60)}`,
      )
    }
  }
  t.notMatch(lines.join(''), /"level":[56]0/, 'no error is logged')
  t.equal((await askToken(app, worker)).statusCode, 200, 'the right client still gets a token')
})

t.test('a malformed Basic header is an unknown client, not an empty header', async (t) => {
  const { app } = await buildWithClients(t)
  for (const authorization of ['Basic !!!%', 'Basic =', 'Basic A', 'Basic \u00e9']) {
    const response = await postForm(app, '/auth/revoke', { token: 'x' }, { authorization })
    t.equal(response.statusCode, 401, authorization)
  }
})

onBoth(t, 'a client gets its allowed scopes, those of administration only by name', async (t, database) => {
  const { app, admin, worker, resource, change } = await buildWithClients(t, database)
  const answerTo = async (scope: string) => {
    const response = await askToken(app, worker, { scope })
    const { access_token: token, ...body } = response.json()
    if (response.statusCode === 200) t.equal(decodeJwt(token).scope, body.scope, 'the token has the same scope')
    return response.statusCode === 200 ? body.scope : body.error
  }
  for (const [asked, granted] of [
    ['', 'posts:write'],
    [' ', 'posts:write'],
    ['posts:write', 'posts:write'],
    ['keys:write', 'keys:write'],
    ['keys:write posts:write', 'keys:write posts:write'],
    ['posts:write posts:write', 'posts:write'],
  ]) {
    t.equal(await answerTo(String(asked)), granted, JSON.stringify(asked))
  }
  for (const asked of [
    'account',
    'account posts:write',
    'clients:write',
    'posts:write clients:write',
    'POSTS:WRITE',
    'posts',
    'posts:write,keys:write',
    '*',
    '__proto__',
  ]) {
    t.equal(await answerTo(asked), 'invalid_scope', asked)
  }

  const idle = await registerClient(app, admin, { grant_types: ['client_credentials'], scope: 'keys:write' })
  t.match(
    (await askToken(app, idle)).json(),
    { scope: '' },
    'no scope is granted by default if all are administration scopes',
  )
  await change(`update clients set scopes = 'account posts:write' where id = '${worker.id}'`)
  t.equal(
    await answerTo('account posts:write'),
    'invalid_scope',
    'the account scope is not granted even if the database allows it',
  )
  const token = await tokenOf(app, worker)
  t.equal((await introspect(app, resource, token)).json().scope, 'posts:write')
  t.equal((await getMe(app, token)).statusCode, 403)
})

t.test('a client cannot use the grants of users, and an introspection client cannot get tokens', async (t) => {
  const { app, worker, resource, count } = await buildWithClients(t, 'sqlite')
  const ada = await signedUp(app, 'ada')
  const sessions = await count('sessions')
  const asked = [
    { client: worker, fields: { username: 'ada', password: secretFor('ada') } },
    { client: worker, fields: { grant_type: 'password', username: 'ada', password: secretFor('ada') } },
    { client: worker, fields: { grant_type: 'refresh_token', refresh_token: ada.refresh_token } },
    { client: resource, fields: { grant_type: 'client_credentials' } },
    { client: resource, fields: { grant_type: 'refresh_token', refresh_token: ada.refresh_token } },
  ]
  for (const {
    client: { authorization },
    fields,
  } of asked) {
    const response = await postForm(app, '/auth/token', fields, { authorization })
    t.equal(response.statusCode, 400, JSON.stringify(Object.keys(fields)))
    t.match(response.json(), { error: 'unauthorized_client', code: 'unauthorized_client' })
  }
  t.equal(await count('sessions'), sessions)
  t.equal((await refresh(app, ada.refresh_token)).statusCode, 200, 'the refresh token was not used up')

  const withoutClient = await postForm(app, '/auth/token', { grant_type: 'client_credentials' })
  t.strictSame(
    [withoutClient.statusCode, withoutClient.headers['www-authenticate'], withoutClient.json().error],
    [401, 'Basic realm="latchkey"', 'invalid_client'],
    'the first-party client gets no token for itself',
  )
})

onBoth(t, 'a removed client is rejected at once, with its secret and its tokens', async (t, database) => {
  const { app, admin, worker, resource } = await buildWithClients(t, database)
  const token = await tokenOf(app, worker, 'keys:write')
  const keys = () => app.inject({ url: '/auth/keys', headers: { authorization: `Bearer ${token}` } })
  t.equal((await keys()).statusCode, 200)
  t.equal((await removeClient(app, admin, worker)).statusCode, 204)

  t.strictSame(summaryOf(await keys()), invalidToken)
  t.strictSame((await introspect(app, resource, token)).json(), { active: false })
  const rejected = await askToken(app, worker)
  t.strictSame([rejected.statusCode, rejected.json()], [401, invalidClient])
  t.equal((await introspect(app, resource, 'x')).statusCode, 200, 'other clients are unaffected')
})
