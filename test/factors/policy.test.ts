import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeJwt } from 'jose'
import t from 'tap'
import latchkey from '../../src/plugin.ts'
import {
  build,
  buildWithSql,
  createClock,
  getMe,
  onBoth,
  query,
  refresh,
  register,
  registerClient,
  signIn,
  type TokenResponse,
} from '../support/build.ts'
import { accept, ask, invited, userWithScopes } from '../support/administration.ts'
import { introspect, tokenOf } from '../support/clients.ts'
import { addDevice, asUser, codeAt, outcomeOf, step } from '../support/factors.ts'
import { placeOf } from '../support/forged-tokens.ts'
import { createHost, mountOptions } from '../support/host.ts'

const rights = { administrator: 'users:read posts:write', user: 'posts:write' }
const full = { administrator: `account ${rights.administrator}`, user: `account ${rights.user}` }

/** Under which policies a session keeps its scopes. In the others, they are cut to `account`. */
const sessions = [
  { who: 'user', factor: 'none', keeps: ['off', 'administrators'] },
  { who: 'user', factor: 'unused', keeps: ['off', 'administrators'] },
  { who: 'user', factor: 'used', keeps: ['off', 'administrators', 'all'] },
  { who: 'administrator', factor: 'none', keeps: ['off'] },
  { who: 'administrator', factor: 'unused', keeps: ['off'] },
  { who: 'administrator', factor: 'used', keeps: ['off', 'administrators', 'all'] },
] as const

onBoth(t, 'REQUIRE_SECOND_FACTOR cuts the scopes of every session that lacks one', async (t, database) => {
  const place = await placeOf(t, database)
  const clock = createClock()
  const serve = (policy: string) => build(t, { environment: { ...place, REQUIRE_SECOND_FACTOR: policy }, clock })
  const change = async (statement: string) => {
    await query(place.DATABASE_URL, statement)
  }

  const { app: before } = await serve('off')
  const { token: root } = await userWithScopes(before, change, 'clients:write users:read users:write', 'root')
  const resource = await registerClient(before, root, { introspection: true })
  const worker = await registerClient(before, root, { grant_types: ['client_credentials'], scope: 'users:read' })
  const people = []
  for (const { who, factor, keeps } of sessions) {
    const username = `${who} ${factor}`
    const { id } = await userWithScopes(before, change, rights[who], username)
    let tokens = (await signIn(before, username, { scope: full[who] })).json<TokenResponse>()
    const device = factor === 'none' ? undefined : await addDevice(before, clock, tokens.access_token)
    clock.advance(step)
    const codes = device === undefined ? [] : device.recoveryCodes
    const withCode = (): Record<string, string> => (device === undefined ? {} : { otp: codes.pop() ?? '' })
    tokens = (await signIn(before, username, { scope: full[who], ...withCode() })).json<TokenResponse>()
    if (factor === 'unused') await change(`update sessions set methods = 'pwd' where user_id = '${id}'`)
    people.push({ username, who, factor, keeps: new Set<string>(keeps), tokens, withCode })
  }
  await before.close()

  for (const policy of ['administrators', 'all', 'off']) {
    const { app } = await serve(policy)
    for (const person of people) {
      const { username, who, factor, keeps, tokens, withCode } = person
      const name = `${policy}: ${username}`
      const expected = keeps.has(policy) ? full[who] : 'account'
      const active = await introspect(app, resource, tokens.access_token)
      t.match(active.json(), { active: true, scope: expected }, `${name}, introspected`)
      t.equal((await getMe(app, tokens.access_token)).statusCode, 200, `${name}, its own account`)
      const answer =
        expected === 'account' && who === 'administrator' ? '403 second_factor_required' : '403 insufficient_scope'
      t.equal(
        outcomeOf(await ask(app, tokens.access_token, 'GET', '/users')),
        expected === full.administrator ? '200' : answer,
        `${name}, a request`,
      )
      const refreshed = (await refresh(app, tokens.refresh_token)).json<TokenResponse>()
      t.equal(refreshed.scope, expected, `${name}, refreshed`)
      t.equal(decodeJwt(refreshed.access_token).scope, expected, `${name}, in the refreshed token`)
      person.tokens = { ...tokens, refresh_token: refreshed.refresh_token }

      const signedIn = (await signIn(app, username, { scope: full[who], ...withCode() })).json<TokenResponse>()
      const granted = factor === 'unused' ? full[who] : expected
      t.equal(signedIn.scope, granted, `${name}, at a new sign-in`)
      t.equal(decodeJwt(signedIn.access_token).scope, granted, `${name}, in the new token`)
    }
    t.equal(
      outcomeOf(await ask(app, await tokenOf(app, worker, 'users:read'), 'GET', '/users')),
      '200',
      `${policy}: a client`,
    )
    await app.close()
  }
})

onBoth(t, 'a required second factor is added with the scope account, and then gives back the rest', async (t, db) => {
  const { app, change, clock, rows } = await buildWithSql(t, db, { REQUIRE_SECOND_FACTOR: 'administrators' })
  await userWithScopes(app, change, 'users:read users:write', 'ada')
  const scope = 'account users:read users:write'
  const first = (await signIn(app, 'ada', { scope })).json<TokenResponse>()
  t.equal(first.scope, 'account')
  t.match(await rows("select details from events where event = 'signed_in' order by id desc limit 1"), [
    { details: /"scope":"account"/ },
  ])
  const rejected = await ask(app, first.access_token, 'GET', '/users')
  t.equal(outcomeOf(rejected), '403 second_factor_required')
  t.match(rejected.headers['www-authenticate'], /error="insufficient_scope"/)
  t.match(rejected.json<{ detail: string }>().detail, '/users/me/factors')

  const { id, secret } = await addDevice(app, clock, first.access_token)
  const refreshed = (await refresh(app, first.refresh_token)).json<TokenResponse>()
  t.equal(refreshed.scope, scope, 'the session has kept its scopes')
  t.equal(outcomeOf(await ask(app, refreshed.access_token, 'GET', '/users')), '200')

  t.equal(outcomeOf(await asUser(app, refreshed.access_token, 'DELETE', `/totp/${id}`)), '409 last_second_factor')
  const tablet = await addDevice(app, clock, refreshed.access_token, 'Tablet')
  t.equal(outcomeOf(await asUser(app, refreshed.access_token, 'DELETE', `/totp/${id}`)), '204', 'not the last one')
  clock.advance(step)
  const withCode = await signIn(app, 'ada', { scope, otp: codeAt(tablet.secret, clock.now()) })
  t.equal(withCode.json<TokenResponse>().scope, scope)
  t.equal(outcomeOf(await signIn(app, 'ada', { scope, otp: codeAt(secret, clock.now()) })), '400 invalid_otp')

  await change("update sessions set methods = 'pwd'")
  const cut = await ask(app, refreshed.access_token, 'GET', '/users')
  t.equal(outcomeOf(cut), '403 second_factor_required')
  t.match(cut.json<{ detail: string }>().detail, 'Confirm it with POST /users/me/reauthenticate')
  clock.advance(step)
  const narrow = (await refresh(app, refreshed.refresh_token)).json<TokenResponse>()
  t.equal(narrow.scope, 'account')
  const proof = { otp: codeAt(tablet.secret, clock.now()) }
  const renewed = (await asUser(app, narrow.access_token, 'POST', '/reauthenticate', proof)).json<TokenResponse>()
  t.equal(renewed.scope, scope, 'a code gives them back at once')
  t.equal(outcomeOf(await ask(app, renewed.access_token, 'GET', '/users')), '200')

  await register(app, 'bob')
  const { access_token: token } = (await signIn(app, 'bob')).json<TokenResponse>()
  const phone = await addDevice(app, clock, token)
  t.equal(outcomeOf(await asUser(app, token, 'DELETE', `/totp/${phone.id}`)), '204', 'other users can do without')
})

t.test('a sign-in whose scopes would all be cut starts no session', async (t) => {
  const { app, change, clock, count } = await buildWithSql(t, 'sqlite', { REQUIRE_SECOND_FACTOR: 'all' })
  await userWithScopes(app, change, 'posts:write', 'ada')
  const sessionsBefore = await count('sessions')
  const rejected = await signIn(app, 'ada', { scope: 'posts:write' })
  t.equal(outcomeOf(rejected), '400 second_factor_required')
  t.match(rejected.json(), { error: 'invalid_scope', error_description: /Request the scope account/ })
  t.equal(await count('sessions'), sessionsBefore)

  const { access_token: token } = (await signIn(app, 'ada')).json<TokenResponse>()
  const { secret } = await addDevice(app, clock, token)
  clock.advance(step)
  const started = await signIn(app, 'ada', { scope: 'posts:write', otp: codeAt(secret, clock.now()) })
  const { refresh_token: refreshToken } = started.json<TokenResponse>()
  t.equal(started.json<TokenResponse>().scope, 'posts:write')
  await change("update sessions set methods = 'pwd'")
  t.equal(outcomeOf(await refresh(app, refreshToken)), '400 second_factor_required')
  await change("update sessions set methods = 'pwd otp mfa'")
  t.equal(outcomeOf(await refresh(app, refreshToken)), '200', 'the session is unchanged')
})

t.test('the first administrator and invited ones must add a second factor first', async (t) => {
  const { app, clock, mailbox } = await build(t, { environment: { REQUIRE_SECOND_FACTOR: 'administrators' } })
  const scope = 'account users:read users:write'
  const enrol = async (username: string) => {
    const {
      access_token: token,
      refresh_token: refreshToken,
      ...first
    } = (await signIn(app, username, { scope })).json<TokenResponse>()
    t.equal(first.scope, 'account')
    await addDevice(app, clock, token)
    return (await refresh(app, refreshToken)).json<TokenResponse>()
  }
  const link = await app.latchkey.inviteFirstAdministrator()
  await accept(app, link?.url.split('#')[1] ?? '', 'ada')
  const ada = await enrol('ada')
  t.equal(ada.scope, scope)
  const invitation = { email: 'grace@example.com', scopes: ['users:read', 'users:write'] }
  await accept(app, (await invited(app, mailbox, ada.access_token, invitation)).token)
  const grace = await enrol('grace')
  t.equal(grace.scope, scope)

  const { id } = (await getMe(app, grace.access_token)).json<{ id: string }>()
  t.equal(outcomeOf(await ask(app, ada.access_token, 'DELETE', `/users/${id}/factors`)), '204')
  t.equal(outcomeOf(await ask(app, grace.access_token, 'GET', '/users')), '401 invalid_token', 'a reset ends sessions')
  t.equal((await enrol('grace')).scope, scope, 'she adds another one')
})

t.test('the guards of a host reject users who must add a second factor', async (t) => {
  const host = createHost(t)
  const clock = createClock()
  await host.register(latchkey, { ...mountOptions, requireSecondFactor: 'all', now: clock.now })
  const { authenticate, authenticateClient, requireRecent, requireScope } = host.latchkey
  host.get('/user', { onRequest: authenticate }, async () => 'ok')
  host.get('/own', { onRequest: requireScope('account') }, async () => 'ok')
  host.get('/recent', { onRequest: requireRecent() }, async () => 'ok')
  host.get('/client', { onRequest: authenticateClient }, async () => 'ok')
  const ignoringErrors = (request: FastifyRequest, reply: FastifyReply) => authenticate(request, reply).catch(() => {})
  host.get('/ignored', { onRequest: [ignoringErrors, requireRecent()] }, async () => 'ok')
  await host.ready()
  await register(host, 'ada')
  const { access_token: token } = (await signIn(host, 'ada')).json<TokenResponse>()
  t.equal(outcomeOf(await getMe(host, token, '/client')), '403 insufficient_scope', 'a second factor would not help')
  for (const url of ['/user', '/own', '/recent', '/ignored']) {
    const rejected = await getMe(host, token, url)
    t.equal(outcomeOf(rejected), '403 second_factor_required', url)
    t.equal(rejected.headers['www-authenticate'], 'Bearer error="insufficient_scope"')
  }
  t.equal((await getMe(host, token)).statusCode, 200, 'but not Latchkey’s own routes for it')
  await addDevice(host, clock, token)
  for (const url of ['/user', '/own', '/recent', '/ignored']) {
    t.equal((await getMe(host, token, url)).statusCode, 200, url)
  }
})
