import type { FastifyInstance } from 'fastify'
import { decodeProtectedHeader } from 'jose'
import t, { type Test } from 'tap'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { createRefreshTokens } from '../../src/tokens/refresh-tokens.ts'
import {
  build,
  buildWithSql,
  getMe,
  onBoth,
  postForm,
  query,
  refresh,
  register,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from '../support/build.ts'
import { masterKey, placeOf } from '../support/forged-tokens.ts'
import { accept, ask, userWithScopes } from '../support/administration.ts'
import { tokenOf } from '../support/mailbox.ts'
import { createPreviousVersion } from '../support/previous-version.ts'
import { newPassword, resetWith } from '../support/recovery.ts'
import { createVersionOne } from '../support/version-one.ts'

const minute = 60_000
const issuer = 'http://localhost:3000/auth'

onBoth(t, 'after an upgrade from 0.1.0, sessions continue and are listed', async (t, database) => {
  const { app, token, sessionId } = await upgraded(t, database)
  t.match((await getMe(app, token)).json(), { username: 'ada' })
  t.match((await getMe(app, token, '/auth/users/me/sessions')).json(), {
    sessions: [{ id: sessionId, address: null, device: 'Unknown device', current: true }],
  })
  const exported = (await getMe(app, token, '/auth/users/me/export')).json()
  t.equal(exported.signed_in_at, exported.sessions[0].created_at, 'the last sign-in is known (N6)')

  t.equal((await postForm(app, '/auth/revoke', { token })).statusCode, 200)
  t.equal((await getMe(app, token)).statusCode, 401, 'and the user can sign out')
})

onBoth(t, 'after an upgrade from 0.1.0, users sign in and refresh', async (t, database) => {
  const { app, token, kid } = await upgraded(t, database)
  t.strictSame(
    (await jwksOf(app)).keys.map((key) => key.kid),
    [kid],
    'a recent key needs no successor',
  )
  t.equal((await signIn(app, 'ada', { password: secretFor('eve') })).statusCode, 401)
  const signedIn = (await signIn(app, 'ada')).json<TokenResponse>()
  const refreshed = (await refresh(app, signedIn.refresh_token)).json<TokenResponse>()
  for (const accessToken of [token, signedIn.access_token, refreshed.access_token]) {
    t.equal((await getMe(app, accessToken)).statusCode, 200)
  }
  t.equal((await getMe(app, token, '/auth/users/me/sessions')).json<{ sessions: unknown[] }>().sessions.length, 2)
})

onBoth(t, 'a session of 0.1.0 has no refresh token, and a forged one does nothing (S14)', async (t, database) => {
  const { app, token, sessionId: id } = await upgraded(t, database)
  const { issue } = createRefreshTokens({ masterKey: createMasterKey(masterKey) })
  for (const generation of [0, 1]) {
    const madeUp = issue({ id, generation, nonce: '' })
    const response = await refresh(app, madeUp)
    t.equal(response.statusCode, 400)
    t.match(response.json(), { error: 'invalid_grant' })
    t.equal((await postForm(app, '/auth/revoke', { token: madeUp })).statusCode, 200)
  }
  t.equal((await getMe(app, token)).statusCode, 200)
})

onBoth(t, 'a key of 0.1.0 continues to sign until it is rotated, and no token is lost', async (t, database) => {
  const { app, clock, token, kid } = await upgraded(t, database, 400)
  const { keys } = await jwksOf(app)
  t.equal(keys.length, 2, 'the next key is published')
  t.match(keys[0], { kid })

  const before = (await signIn(app, 'ada')).json<TokenResponse>().access_token
  t.equal(decodeProtectedHeader(before).kid, kid)
  clock.advance(20 * minute)
  const after = (await signIn(app, 'ada')).json<TokenResponse>().access_token
  t.equal(decodeProtectedHeader(after).kid, keys[1]?.kid)

  clock.advance(-10 * minute)
  for (const accessToken of [token, before]) t.equal((await getMe(app, accessToken)).statusCode, 200)
})

onBoth(t, 'after an upgrade from 0.1.0, a wrong master key is rejected', async (t, database) => {
  const place = await placeOf(t, database)
  await createVersionOne(place.DATABASE_URL, issuer, 1)
  await t.rejects(build(t, { environment: { ...place, MASTER_KEY: secretFor('another master key') } }), {
    code: 'start_refused',
    faults: [/^MASTER_KEY is not the one/],
  })
  await t.resolves(build(t, { environment: place }), 'the right one is accepted after that')
})

onBoth(t, 'an upgrade from before the renaming keeps users, links and queued messages', async (t, database) => {
  const { app, mailbox, previous, rows } = await upgradedFromPrevious(t, database)
  t.equal((await getMe(app, previous.token)).statusCode, 200, 'the service uses the same signing key')
  t.strictSame(
    (await jwksOf(app)).keys.map((key) => key.kid),
    [previous.kid],
  )
  const { access_token: ada } = (await signIn(app, 'ada', { scope: administration })).json<TokenResponse>()

  const mails = await mailbox.collect(app)
  t.strictSame(mails.map(({ to, subject }) => `${to}: ${subject}`).sort(), [
    'ada@example.com: new device',
    'carol@example.com: Reset your Latchkey password',
    `grace@example.com: invitation ${previous.invitationId}`,
  ])
  t.equal((await resetWith(app, { token: previous.resetToken })).statusCode, 204)
  t.equal((await signIn(app, 'bob', { password: newPassword })).statusCode, 200)
  const carols = mails.find(({ to }) => to === 'carol@example.com')
  t.equal((await resetWith(app, { token: tokenOf(carols), new_password: secretFor('carol') })).statusCode, 204)
  t.equal((await accept(app, previous.invitationToken)).statusCode, 201)

  t.match((await ask(app, ada, 'GET', '/users?locked=true')).json(), { users: [{ username: 'eve' }], total: 1 })
  t.equal((await signIn(app, 'eve', { password: previous.password })).statusCode, 401)
  t.equal((await ask(app, ada, 'POST', `/users/${previous.eve}/unlock`)).statusCode, 204)
  t.equal((await signIn(app, 'eve', { password: previous.password })).statusCode, 200)

  const exported = (await ask(app, ada, 'GET', '/users/me/export')).json<{ mails: { kind: string }[] }>()
  t.match(exported, { one_time_tokens: [{ purpose: 'verify_email', attempts: 3 }] })
  const kinds = ['location_locked', 'account_locked', 'failed_attempts', 'reset_password', 'session_ended']
  t.strictSame(without(kinds, new Set(exported.mails.map(({ kind }) => kind))), [])
  t.strictSame(await rows("select kind from outbox where kind like '% %'"), [])
  t.strictSame(await rows('select name from state order by name'), [
    { name: 'issuer' },
    { name: 'key_type' },
    { name: 'master_key' },
  ])
})

onBoth(t, 'an invitation still queued during the renaming can be withdrawn', async (t, database) => {
  const { app, mailbox, previous } = await upgradedFromPrevious(t, database)
  const { access_token: ada } = (await signIn(app, 'ada', { scope: administration })).json<TokenResponse>()
  t.equal((await ask(app, ada, 'DELETE', `/invitations/${previous.invitationId}`)).statusCode, 204)
  t.notOk((await mailbox.collect(app)).some(({ to }) => to === 'grace@example.com'))
})

onBoth(t, 'events from before the renaming have the new names, and cannot be changed', async (t, database) => {
  const { app, rows } = await upgradedFromPrevious(t, database)
  const { access_token: ada } = (await signIn(app, 'ada', { scope: administration })).json<TokenResponse>()
  const eventsNamed = async (name: string) =>
    (await ask(app, ada, 'GET', `/events?event=${name}`))
      .json<{ events: { details: object }[] }>()
      .events.map(({ details }) => details)

  t.strictSame(await eventsNamed('account_locked'), [{ in_a_row: 100, known_location: false }])
  t.strictSame(await eventsNamed('sign_in_throttled'), [{}])
  t.strictSame(await eventsNamed('signing_keys_revoked'), [{ kid: 'a', withdrawn: ['b'] }])
  t.strictSame(await eventsNamed('email_rejected'), [{}])
  t.match((await eventsNamed('signed_in')).at(-1), { factor: 'password', scope: 'account', known_location: true })
  // Both were inserted in the same millisecond, so their order is random.
  const reasons = (await eventsNamed('sign_in_failed')).map((details) => JSON.stringify(details))
  t.strictSame(reasons.toSorted(), [
    '{"factor":"password","reason":"locked"}',
    '{"factor":"password","reason":"no_such_account"}',
  ])
  t.strictSame(await eventsNamed('password_reset_failed'), [{ factor: 'mailed_code', reason: 'wrong' }])
  t.strictSame(await eventsNamed('password_reset'), [{ factor: 'mailed_link' }])
  t.strictSame(await eventsNamed('email_verification_failed'), [{ suppressed: 7 }])
  t.strictSame(await eventsNamed('scopes_changed'), [{ granted: ['"factor":"mailed code"'], withdrawn: [] }])
  t.equal((await ask(app, ada, 'GET', '/events?event=account_shut')).statusCode, 400)

  await t.rejects(rows("update events set event = 'signed_out'"), /rows of this table are never changed/)
})

onBoth(t, 'rows that an earlier version writes during a rolling upgrade get what they lack', async (t, database) => {
  const { app, change, rows } = await buildWithSql(t, database)
  const { token } = await userWithScopes(app, change, 'users:read')
  await register(app, 'grace', { name: 'Grace Hopper' })
  await signIn(app, 'grace')
  // Versions before the migrations 0004, 0008 and 0009 leave such rows.
  await change("update users set name_fold = null, signed_in_at = null where username = 'grace'")
  await change('update sessions set authenticated_at = 0')

  await app.latchkey.housekeep()
  const found = (await ask(app, token, 'GET', '/users?search=hopper')).json<{ users: object[] }>()
  t.match(found, { users: [{ username: 'grace', signed_in_at: /^20/ }] }, 'found by their display name')
  t.strictSame(await rows('select id from sessions where authenticated_at <> created_at'), [])
})

const administration = 'account users:read users:write audit:read'

async function upgradedFromPrevious(t: Test, database: DatabaseKind) {
  const place = await placeOf(t, database)
  const previous = await createPreviousVersion(place.DATABASE_URL, issuer)
  const service = await build(t, { environment: place })
  return { ...service, previous, rows: (statement: string) => query(place.DATABASE_URL, statement) }
}

function without(expected: string[], found: Set<string>) {
  return expected.filter((kind) => !found.has(kind))
}

async function upgraded(t: Test, database: DatabaseKind, keyAge = 1) {
  const place = await placeOf(t, database)
  const created = await createVersionOne(place.DATABASE_URL, issuer, keyAge)
  return { ...(await build(t, { environment: place })), ...created }
}

async function jwksOf(app: FastifyInstance) {
  const response = await app.inject('/auth/jwks.json')
  return response.json<{ keys: { kid: string }[] }>()
}
